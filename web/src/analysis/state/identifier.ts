/** Short random ids for filters and widgets: unique in a document, and no longer than needed. */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A new id; `prefix` tells a reader what it names. */
export function newId(prefix: 'f' | 'w'): string {
  const bytes = crypto.getRandomValues(new Uint8Array(7))
  return prefix + Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

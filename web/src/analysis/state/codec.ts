/**
 * Documents in an address: `#z.` deflated, `#j.` plain JSON (both base64url), `#s.` the id of a
 * document kept on the server because it is too long for a link.
 */

/** Longer codes are kept on the server. */
export const LONGEST_CODE = 2048

export type Hash = { kind: 'document'; value: unknown } | { kind: 'stored'; id: string }

function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (character) => character.charCodeAt(0))
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter()
  // A broken input fails on both ends; the reading end below reports it.
  const written = Promise.allSettled([writer.write(bytes), writer.close()])
  const result = new Uint8Array(await new Response(stream.readable).arrayBuffer())
  await written
  return result
}

/** The hash of a document, without `#`. */
export async function encodeHash(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return `z.${toBase64Url(await through(bytes, new CompressionStream('deflate-raw')))}`
}

/** The hash of a small document, at once: for links that are written into a page. */
export function encodeHashPlainly(value: unknown): string {
  return `j.${toBase64Url(new TextEncoder().encode(JSON.stringify(value)))}`
}

export const storedHash = (id: string): string => `s.${id}`

/** What a hash holds; null when it holds nothing that this page can read. */
export async function decodeHash(hash: string): Promise<Hash | null> {
  const code = hash.replace(/^#/, '')
  const body = code.slice(2)
  if (code.startsWith('s.') && /^[\w-]+$/.test(body)) return { kind: 'stored', id: body }
  if (!code.startsWith('z.') && !code.startsWith('j.')) return null
  try {
    let bytes = fromBase64Url(body)
    if (code.startsWith('z.')) bytes = await through(bytes, new DecompressionStream('deflate-raw'))
    return { kind: 'document', value: JSON.parse(new TextDecoder().decode(bytes)) as unknown }
  } catch {
    return null // a link that was cut off: the page opens without it and says so
  }
}

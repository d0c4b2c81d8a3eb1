/** Keeps the document in the page's address, and opens the one that the address names. */
import { useDebounceFn, useEventListener } from '@vueuse/core'
import { watch } from 'vue'
import { callRaw } from '../../api/client'
import { decodeHash, encodeHash, LONGEST_CODE, storedHash } from './codec'
import { readDocument, type AnalysisDocument, type Opened } from './document'
import type { Store } from './store'

const QUIET_MS = 400

/** The hash of a document; long ones are kept on the server. */
export async function hashOf(document: AnalysisDocument): Promise<string> {
  const code = await encodeHash(document)
  if (code.length <= LONGEST_CODE) return code
  const answer = await callRaw('/api/v2/states', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(document),
  })
  const { id } = (await answer.json()) as { id: string }
  return storedHash(id)
}

/** What an address opens; null: it names nothing. Throws when it names what cannot be read. */
export async function openHash(hash: string): Promise<Opened | null> {
  if (hash.replace(/^#/, '') === '') return null
  const decoded = await decodeHash(hash)
  if (decoded === null) throw new Error('The link was cut off or is of another version.')
  const value =
    decoded.kind === 'document'
      ? decoded.value
      : ((await (await callRaw(`/api/v2/states/${decoded.id}`)).json()) as unknown)
  const opened = readDocument(value)
  if (opened === null) throw new Error('The link was made by another version of DebiAI Studio.')
  return opened
}

/** Writes the address after each change; calls `opened` when a person changes it. */
export function useAddress(
  store: Store,
  opened: (hash: string) => void,
  failed: (error: unknown) => void,
): void {
  let written = window.location.hash
  const path = window.location.pathname
  let turn = 0

  const write = useDebounceFn(async (document: AnalysisDocument) => {
    const mine = (turn += 1)
    try {
      const hash = `#${await hashOf(document)}`
      if (mine !== turn || window.location.pathname !== path) return
      written = hash
      const state = window.history.state as Record<string, unknown> | null
      const address = path + window.location.search + hash
      window.history.replaceState({ ...state, current: address }, '', address)
    } catch (error) {
      failed(error)
    }
  }, QUIET_MS)

  watch(
    () => (store.moving.value ? null : store.document.value),
    (document) => {
      if (document) void write(document)
    },
  )
  useEventListener(window, 'hashchange', () => {
    if (window.location.pathname === path && window.location.hash !== written) {
      written = window.location.hash
      opened(written)
    }
  })
}

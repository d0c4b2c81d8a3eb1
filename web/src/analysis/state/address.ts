/**
 * Keeps the document in the page's address, and opens the one that the address names.
 *
 * The address is written once changes pause, and packing it takes a moment. Until then the document
 * lies in the state of the tab's history entry, where a reload, Back and Forward find it.
 */
import { useDebounceFn, useEventListener } from '@vueuse/core'
import { watch } from 'vue'
import { callRaw } from '../../api/client'
import { decodeHash, encodeHash, LONGEST_CODE, storedHash } from './codec'
import { readDocument, type AnalysisDocument, type Opened } from './document'
import type { Store } from './store'

const QUIET_MS = 400

/** In the state of the history entry: what its address does not say yet. */
const UNWRITTEN = 'unwritten'

/** The hash of a document; long ones are kept on the server. */
async function hashOf(document: AnalysisDocument): Promise<string> {
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

/** The whole address of a document on this server. */
export async function addressOf(document: AnalysisDocument): Promise<string> {
  return `${window.location.origin}${window.location.pathname}#${await hashOf(document)}`
}

/** What an address opens; null: it names nothing. Throws when it names what cannot be read. */
async function openHash(hash: string): Promise<Opened | null> {
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

/** What the tab's history entry opens: its latest change, else what its address names. */
export async function openAddress(): Promise<Opened | null> {
  const unwritten = entryState()[UNWRITTEN]
  if (typeof unwritten === 'string') {
    const { bare, document } = JSON.parse(unwritten) as { bare: boolean; document: unknown }
    const opened = readDocument(document)
    if (opened) return { ...opened, bare }
  }
  return openHash(window.location.hash)
}

const entryState = (): Record<string, unknown> =>
  (window.history.state as Record<string, unknown> | null) ?? {}

/**
 * Writes the address after each change; calls `opened` when a person changes it. While the document
 * is `bare`, without the default widgets that belong in, the address waits for them.
 */
export function useAddress(
  store: Store,
  bare: () => boolean,
  opened: () => void,
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
      const address = path + window.location.search + hash
      const state: Record<string, unknown> = { ...entryState(), current: address }
      if (document === store.document.value) state[UNWRITTEN] = undefined
      window.history.replaceState(state, '', address)
    } catch (error) {
      failed(error)
    }
  }, QUIET_MS)

  function keep(document: AnalysisDocument): void {
    if (window.location.pathname !== path) return
    const unwritten = JSON.stringify({ bare: bare(), document })
    try {
      window.history.replaceState({ ...entryState(), [UNWRITTEN]: unwritten }, '')
    } catch {
      // Browsers allow so many calls in a time; the address follows all the same.
    }
  }

  watch(
    [() => (store.moving.value ? null : store.document.value), bare],
    ([document]) => {
      if (!document) return
      keep(document)
      if (!bare()) void write(document)
    },
    { flush: 'sync' },
  )
  if (entryState()[UNWRITTEN] !== undefined && !bare()) void write(store.document.value)
  useEventListener(window, 'hashchange', () => {
    if (window.location.pathname === path && window.location.hash !== written) {
      written = window.location.hash
      opened()
    }
  })
}

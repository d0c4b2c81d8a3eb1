/** Names of selections in rules and links: an id is the newest version, `late-at-jfk@2` one of them. */
import type { Schemas } from '../api/client'

export type Selection = Schemas['SelectionInfo']

export interface Reference {
  id: string
  /** null: the newest. */
  version: number | null
}

export function readReference(text: string): Reference {
  const [, id = text, version] = /^(.+)@(\d{1,9})$/.exec(text) ?? []
  return { id, version: version === undefined ? null : Number(version) }
}

/** The selection that is meant, when it and the version are still there. */
export function find(selections: readonly Selection[], reference: string): Selection | undefined {
  const { id, version } = readReference(reference)
  const found = selections.find((one) => one.id === id)
  return version === null || found?.versions.includes(version) ? found : undefined
}

/** "Late at JFK", or "Late at JFK, version 2"; undefined when it is gone. */
export function nameOf(selections: readonly Selection[], reference: string): string | undefined {
  const { version } = readReference(reference)
  const found = find(selections, reference)
  return found && (version === null ? found.name : `${found.name}, version ${version}`)
}

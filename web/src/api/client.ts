/** The typed door to the server: `call(api.GET(...))` gives the data or throws a ProblemError. */
import createClient from 'openapi-fetch'
import { LOST, problemOf } from './problem'
import type { components, paths } from './schema'
import { CLIENT_ID, session } from './session'

export type Schemas = components['schemas']

/** `fetch` with the token of this tab; a lost connection throws LOST. */
export async function studioFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  if (session.token) request.headers.set('Authorization', `Bearer ${session.token}`)
  if (!request.headers.has('Studio-Client')) request.headers.set('Studio-Client', CLIENT_ID)
  let response: Response
  try {
    response = await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    session.lost = true
    throw LOST
  }
  session.lost = false
  if (response.status === 401) session.tokenDemanded = true
  return response
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: studioFetch })

interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/** The data of an answer; throws the server's problem. */
export async function call<A extends Answer>(answer: Promise<A>): Promise<NonNullable<A['data']>> {
  const { data, error, response } = await answer
  if (!response.ok) throw problemOf(error, response)
  return data as NonNullable<A['data']>
}

/** The answer of a request that the typed client cannot make (bytes in or out). */
export async function callRaw(path: string, init?: RequestInit): Promise<Response> {
  const response = await studioFetch(new URL(path, window.location.origin), init)
  if (response.ok) return response
  const text = await response.text()
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // Not a problem document: its text is shown.
  }
  throw problemOf(body, response)
}

/** The address of a project's part of the API. */
export function projectPath(source: string, project: string): string {
  return `/api/v2/projects/${encodeURIComponent(source)}/${encodeURIComponent(project)}`
}

/** A name for a file: characters that file systems refuse become dashes. */
export const fileName = (name: string): string => name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, '-')

/** Hands bytes to the person as a file. */
export function saveFile(blob: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = fileName(name)
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

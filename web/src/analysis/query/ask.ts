/** Sends the questions of a page, and tells what went wrong with one. */
import { decodeAnswer, type AnalysisAnswer, type Problem } from '../../api/arrow'
import { callRaw, projectPath } from '../../api/client'
import { ProblemError } from '../../api/problem'
import { OVERTAKEN } from './loop'
import type { Question } from './question'

export interface Manner {
  /** A queue of its own (see http/turns.py). */
  client?: string
  /** Hangs up, which ends the work on the answer. */
  signal?: AbortSignal
}

export async function askAnalysis(
  source: string,
  project: string,
  body: Question['body'],
  { client, signal }: Manner = {},
): Promise<AnalysisAnswer> {
  const response = await callRaw(`${projectPath(source, project)}/analysis/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(client ? { 'Studio-Client': client } : {}) },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  return decodeAnswer(await response.arrayBuffer())
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) {
    const { type, title, status, detail } = error
    return { type, title, status, detail }
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { type: OVERTAKEN, title: 'Overtaken', status: 409, detail: '' }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { type: 'page.unreadable_answer', title: 'The answer could not be read', status: 500, detail }
}

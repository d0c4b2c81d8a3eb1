/** A failure as the server tells it (RFC 9457), or a lost connection in the same shape. */
export class ProblemError extends Error {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string

  constructor(problem: { type?: string; title?: string; status?: number; detail?: string }) {
    super(problem.detail ?? problem.title ?? 'The server refused without a reason.')
    this.name = 'ProblemError'
    this.type = problem.type ?? 'http.error'
    this.title = problem.title ?? 'Not possible'
    this.status = problem.status ?? 0
    this.detail = this.message
  }

  /** Whether asking again may help without anything being changed. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** The problem that an unsuccessful answer carries, whatever its body is. */
export function problemOf(body: unknown, response: Response): ProblemError {
  if (typeof body === 'object' && body !== null && 'detail' in body) {
    const { detail, ...rest } = body as { detail: unknown; type?: string; title?: string }
    if (typeof detail === 'string') return new ProblemError({ status: response.status, ...rest, detail })
  }
  return new ProblemError({
    status: response.status,
    title: `The server answered ${response.status}`,
    detail: typeof body === 'string' && body && body.length < 400 ? body : response.statusText,
  })
}

export const LOST = new ProblemError({
  type: 'network.lost',
  title: 'No connection to the server',
  status: 0,
  detail: 'DebiAI Studio does not answer. Is it still running? The page tries again by itself.',
})

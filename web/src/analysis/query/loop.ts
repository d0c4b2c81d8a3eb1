/**
 * One question running, and only the newest one waiting: while a brush is dragged, every move
 * asks, none piles up, and none is interrupted before it could be drawn.
 */
import type { Problem } from '../../api/arrow'

export interface LoopPorts<Question, Answer> {
  /** The newest question; null when everything is answered. Called when its turn comes. */
  next(): Question | null
  ask(question: Question): Promise<Answer>
  answered(question: Question, answer: Answer): void
  failed(question: Question, problem: Problem): void
  /** Whether asking again by itself may help (no connection, server busy). */
  passing(problem: Problem): boolean
  problemOf(error: unknown): Problem
}

export interface Loop {
  /** Something has changed: ask as soon as the running question is answered. */
  poke(): void
  stop(): void
}

/** The type of the problem of a question that a newer one took the place of. */
export const OVERTAKEN = 'analysis.overtaken'

const RETRY_MS = [300, 1500, 5000]

export function createLoop<Question, Answer>(
  ports: LoopPorts<Question, Answer>,
  wait: (milliseconds: number, run: () => void) => void = (milliseconds, run) => {
    setTimeout(run, milliseconds)
  },
): Loop {
  let running = false
  let stopped = false
  let poked = false
  let tries = 0
  let turn = 0

  async function run(): Promise<void> {
    running = true
    while (!stopped) {
      poked = false
      turn += 1
      const question = ports.next()
      if (question === null) break
      try {
        const answer = await ports.ask(question)
        tries = 0
        if (!isStopped()) ports.answered(question, answer)
      } catch (error) {
        if (isStopped() || isOvertaken(ports.problemOf(error))) continue
        running = false
        fail(question, ports.problemOf(error))
        return
      }
    }
    running = false
  }

  // Read through functions: both change while an answer is awaited.
  const isStopped = (): boolean => stopped
  const isPoked = (): boolean => poked

  function fail(question: Question, problem: Problem): void {
    ports.failed(question, problem)
    if (isPoked()) {
      void run()
      return
    }
    const pause = ports.passing(problem) ? RETRY_MS[tries] : undefined
    if (pause === undefined) {
      tries = 0
      return
    }
    tries += 1
    const failedTurn = turn
    wait(pause, () => {
      if (!running && !stopped && turn === failedTurn) void run()
    })
  }

  return {
    poke() {
      poked = true
      if (!running && !stopped) void run()
    },
    stop() {
      stopped = true
    },
  }
}

const isOvertaken = (problem: Problem): boolean => problem.type === OVERTAKEN

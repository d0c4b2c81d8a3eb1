import { describe, expect, it } from 'vitest'
import type { Problem } from '../../api/arrow'
import { createLoop } from './loop'

const problem = (status: number, type = 'x'): Problem => ({ type, title: '', status, detail: '' })

function world() {
  let wanted = 0
  let done = 0
  const asked: number[] = []
  const answers: number[] = []
  const failures: number[] = []
  const waits: (() => void)[] = []
  const open: { resolve(): void; reject(problem: Problem): void }[] = []
  const loop = createLoop<number, number>(
    {
      next: () => (done === wanted ? null : wanted),
      ask: (question) => {
        asked.push(question)
        return new Promise((resolve, reject) => {
          open.push({ resolve: () => resolve(question), reject })
        })
      },
      answered: (question, answer) => {
        done = question
        answers.push(answer)
      },
      failed: (question) => failures.push(question),
      passing: ({ status }) => status === 0,
      problemOf: (error) => error as Problem,
    },
    (_milliseconds, run) => waits.push(run),
  )
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return {
    asked, answers, failures, waits, open, loop, settle,
    want(value: number) {
      wanted = value
      loop.poke()
    },
  }
}

describe('the query loop', () => {
  it('runs one question and then only the newest of those that came meanwhile', async () => {
    const { want, asked, answers, open, settle } = world()
    for (let value = 1; value <= 50; value += 1) want(value)
    expect(asked).toEqual([1])
    open[0]?.resolve()
    await settle()
    expect(asked).toEqual([1, 50])
    open[1]?.resolve()
    await settle()
    expect(answers).toEqual([1, 50])
    expect(asked).toHaveLength(2)
  })

  it('tries again by itself when the connection was lost, and gives up after three times', async () => {
    const { want, asked, open, waits, failures, settle } = world()
    want(1)
    for (let attempt = 0; attempt < 4; attempt += 1) {
      open[attempt]?.reject(problem(0))
      await settle()
      waits[attempt]?.()
    }
    expect(asked).toEqual([1, 1, 1, 1])
    expect(failures).toHaveLength(4)
    expect(waits).toHaveLength(3)
  })

  it('does not repeat a question that the server refused, but asks the next one', async () => {
    const { want, asked, open, waits, settle } = world()
    want(1)
    open[0]?.reject(problem(422))
    await settle()
    expect(waits).toHaveLength(0)
    want(2)
    expect(asked).toEqual([1, 2])
  })

  it('a newer question does not wait for a retry', async () => {
    const { want, asked, open, waits, settle } = world()
    want(1)
    open[0]?.reject(problem(0))
    await settle()
    want(2)
    waits[0]?.()
    expect(asked).toEqual([1, 2])
  })

  it('asks the newest again when the server says that a question was overtaken', async () => {
    const { want, asked, open, failures, settle } = world()
    want(1)
    want(2)
    open[0]?.reject(problem(409, 'analysis.overtaken'))
    await settle()
    expect(asked).toEqual([1, 2])
    expect(failures).toEqual([])
  })

  it('is silent once stopped', async () => {
    const { want, answers, open, loop, settle } = world()
    want(1)
    loop.stop()
    open[0]?.resolve()
    await settle()
    expect(answers).toEqual([])
  })
})

import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AnalysisAnswer, Problem, Sampling } from '../../api/arrow'
import { ProblemError } from '../../api/problem'
import type { Facts } from '../facts'
import { emptyDocument } from '../state/document'
import { setWidgetFilters } from '../state/predicate'
import { createStore } from '../state/store'
import { addWidget, changeSettings } from '../state/widgets'
import { createAnswers } from './answers'
import type { Manner } from './ask'
import type { Question } from './question'

interface Asked {
  ids: string[]
  filters: number
  client: string | undefined
  /** Answers it: each widget's measure holds how many filters it was asked with. */
  answer(sampling?: Sampling): Promise<void>
  isHungUp(): boolean
  refuse(problem: Problem): Promise<void>
}

const scopes: EffectScope[] = []
afterEach(() => {
  vi.useRealTimers()
  scopes.splice(0).forEach((scope) => { scope.stop() })
})

const PATIENCE = { timeout: 30_000 }

/** A page of a quick widget and a costly one, whose questions are answered by hand. */
function page() {
  const asked: Asked[] = []
  const ask = (_source: string, _project: string, body: Question['body'], { client, signal }: Manner = {}): Promise<AnalysisAnswer> =>
    new Promise((resolve, reject) => {
      const filters = (body.rule.filters as { children?: unknown[] } | null)?.children?.length ?? 0
      const views = Object.fromEntries(body.widgets.map(({ id }) =>
        [id, { measures: { m: { meta: { filters }, arrays: {} } } }]))
      const settled = async (): Promise<void> => {
        await new Promise((done) => setTimeout(done))
        await nextTick()
      }
      signal?.addEventListener('abort', () => { reject(new DOMException('', 'AbortError')) })
      asked.push({
        ids: body.widgets.map(({ id }) => id), filters, client,
        isHungUp: () => signal?.aborted ?? false,
        answer(sampling) {
          const counts = { rows: 1, samples: 1, total_rows: 1, total_samples: 1 }
          resolve({ dataVersion: 1, counts, steps: [], colour: null, views, sampling: sampling ?? null })
          return settled()
        },
        refuse(problem) {
          reject(new ProblemError(problem))
          return settled()
        },
      })
    })
  const first = addWidget(emptyDocument(), { kind: 'quick', settings: {}, size: [6, 4] })
  const second = addWidget(first.document, { kind: 'matrix', settings: { method: 'a' }, size: [6, 4] })
  const kinds = [{ kind: 'quick', former_kinds: [], costly: false }, { kind: 'matrix', former_kinds: [], costly: true }]
  const facts = {
    kinds: { data: ref(kinds) }, columns: { isPlaceholderData: ref(false) }, epoch: ref(0),
  } as unknown as Facts
  const scope = effectScope()
  scopes.push(scope)
  const { store, answers } = scope.run(() => {
    const store = createStore('local', 'p', second.document)
    return { store, answers: createAnswers(store, facts, ask) }
  }) ?? expect.fail()
  for (const id of [first.id, second.id]) answers.resize(id, { width: 300, height: 200 })
  const brush = (filters: number, edit: 'drag' | 'change', by = first.id): void => {
    store[edit]((now) => ({
      ...now,
      filters: setWidgetFilters(now.filters, by, Array.from({ length: filters }, (_, i) =>
        ({ op: 'missing', column: `c${String(i)}` }))),
    }))
  }
  const count = (number: number) => vi.waitFor(() => { expect(asked.length).toBe(number) }, PATIENCE)
  return { asked, store, answers, brush, count, quick: first.id, costly: second.id }
}

/** The page once everything is answered. */
async function settledPage() {
  const made = page()
  await made.count(1)
  await made.asked[0]?.answer()
  await made.count(2)
  await made.asked[1]?.answer()
  made.asked.splice(0)
  return made
}

describe('a costly widget', () => {
  it('is asked for apart, under a name of its own, once the others are answered', async () => {
    const { asked, answers, count, quick, costly } = page()
    await count(1)
    expect([asked[0]?.ids, asked[0]?.client]).toEqual([[quick], undefined])
    await asked[0]?.answer()
    await count(2)
    expect(asked[1]?.ids).toEqual([costly])
    expect(asked[1]?.client).toMatch(/-costly$/)
    expect(answers.widgets.has(quick)).toBe(true)
    expect([...answers.asking.value ?? []]).toEqual([costly])
    await asked[1]?.answer()
    expect(answers.asking.value).toBeNull()
    expect(answers.behind.value.size).toBe(0)
  })

  it('is behind while a brush moves, and asked for once it rests', async () => {
    const { asked, answers, brush, costly } = await settledPage()
    vi.useFakeTimers()
    const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)
    for (const filters of [1, 2, 1]) {
      brush(filters, 'drag')
      await pass(100)
      const answer = asked.at(-1)?.answer()
      await pass(100)
      await answer
    }
    expect(asked.map(({ ids }) => ids.includes(costly))).toEqual([false, false, false])
    expect([...answers.behind.value]).toEqual([costly])
    await pass(100)
    // The counts that remain come with the rest, then the costly widget.
    expect(asked.length).toBe(4)
    const counted = asked[3]?.answer()
    await pass(1)
    await counted
    expect([asked[4]?.ids, asked[4]?.filters]).toEqual([[costly], 1])
    const answer = asked[4]?.answer()
    await pass(1)
    await answer
    expect(answers.behind.value.size).toBe(0)
  })

  it('delays no other: these are asked and answered while it is awaited', async () => {
    const { asked, answers, brush, count, quick } = await settledPage()
    brush(1, 'change')
    await count(1)
    await asked[0]?.answer()
    await count(2)
    answers.setTransient(quick, { offset: 7 })
    await count(3)
    expect(asked[2]?.ids).toEqual([quick])
    await asked[2]?.answer()
    expect(answers.widgets.get(quick)?.data?.m?.meta.filters).toBe(1)
  })

  it('drops an answer that no state of the page wants any more, and asks for the newest', async () => {
    const { asked, answers, store, brush, count, costly } = await settledPage()
    brush(1, 'change')
    await count(1)
    await asked[0]?.answer()
    await count(2)
    brush(2, 'change')
    await count(3)
    await asked[2]?.answer()
    await asked[1]?.answer()
    expect(answers.widgets.get(costly)?.data?.m?.meta.filters).toBe(0)
    await count(4)
    expect([asked[3]?.ids, asked[3]?.filters]).toEqual([[costly], 2])
    store.change((now) => changeSettings(now, costly, { method: 'b' }))
    await vi.waitFor(() => { expect([...answers.behind.value]).toEqual([costly]) }, PATIENCE)
    await asked[3]?.refuse({ type: 'x', title: '', status: 422, detail: 'of before' })
    expect(answers.widgets.get(costly)?.error).toBeNull()
  })

  it('says in its place why it was refused, and keeps its picture', async () => {
    const { asked, answers, brush, count, costly } = await settledPage()
    brush(1, 'change')
    await count(1)
    await asked[0]?.answer()
    await count(2)
    await asked[1]?.refuse({ type: 'x', title: '', status: 500, detail: 'no' })
    expect(answers.widgets.get(costly)).toMatchObject({ error: { detail: 'no' }, data: { m: {} } })
    expect(answers.failure.value).toBeNull()
    answers.retry(costly)
    await count(3)
    await asked[2]?.answer()
    expect(answers.widgets.get(costly)?.error).toBeNull()
  })
})

describe('large data', () => {
  const SAMPLING: Sampling = { every: 100, margin: 7 }

  it('is shown from a sample at once, and exactly once the brush rests', async () => {
    const { asked, answers, brush, count, quick, costly } = await settledPage()
    brush(1, 'change', costly)
    await count(1)
    await asked[0]?.answer(SAMPLING)
    await count(2)
    expect([answers.widgets.get(quick)?.sampling, answers.sampling.value]).toEqual([SAMPLING, SAMPLING])
    expect([asked[1]?.ids, asked[1]?.filters]).toEqual([[quick], 1])
    expect(asked[1]?.client).toMatch(/-exact$/)
    await asked[1]?.answer()
    expect([answers.widgets.get(quick)?.sampling, answers.sampling.value]).toEqual([null, null])
    // Its own brush changes nothing for the costly widget.
    expect([asked.length, answers.behind.value.size]).toEqual([2, 0])
  })

  it('waits for no exact answer: it hangs up when a brush moves again', async () => {
    const { asked, answers, brush, count, quick, costly } = await settledPage()
    brush(1, 'change', costly)
    await count(1)
    await asked[0]?.answer(SAMPLING)
    await count(2)
    brush(2, 'drag', costly)
    await count(3)
    expect([asked[1]?.isHungUp(), asked[2]?.filters]).toEqual([true, 2])
    await asked[2]?.answer(SAMPLING)
    expect(answers.widgets.get(quick)?.data?.m?.meta.filters).toBe(2)
    expect(answers.failure.value).toBeNull()
    brush(2, 'change', costly)
    await count(4)
    expect([asked[3]?.ids, asked[3]?.filters]).toEqual([[quick], 2])
  })

  it('keeps an exact count when one widget alone is asked for again', async () => {
    const { asked, answers, count, quick } = await settledPage()
    answers.resize(quick, { width: 301, height: 200 })
    await count(1)
    await asked[0]?.answer(SAMPLING)
    expect([answers.widgets.get(quick)?.sampling, answers.sampling.value]).toEqual([SAMPLING, null])
    await count(2)
    expect(asked[1]?.ids).toEqual([quick])
  })
})

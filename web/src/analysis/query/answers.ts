/**
 * The answers that the widgets draw from, kept until newer: those of quick widgets asked in one
 * question for the page, those of costly ones in another, which the former never waits for. Large
 * data is answered from a sample first; the exact answer is a third question, asked at rest.
 */
import { computed, inject, onScopeDispose, provide, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { InjectionKey } from 'vue'
import type { AnalysisAnswer, Colour, Measure, Problem, Sampling } from '../../api/arrow'
import { CLIENT_ID } from '../../api/session'
import type { Facts } from '../facts'
import type { Settings } from '../state/document'
import type { Store } from '../state/store'
import { askAnalysis, problemOf } from './ask'
import { createLoop } from './loop'
import {
  costlyKeys, costlyQuestionOf, exactQuestionOf, isWanted, nothingAnswered, questionOf,
  type Question, type Size, type Standing,
} from './question'

export interface WidgetAnswer {
  /** The last picture's data, also after an error. */
  data: Record<string, Measure> | null
  colour: Colour | null
  /** How the picture's rows were sampled; null when it is exact. */
  sampling: Sampling | null
  error: Problem | null
}

export function createAnswers(store: Store, facts: Facts, ask = askAnalysis) {
  const widgets = shallowReactive(new Map<string, WidgetAnswer>())
  const sizes = shallowReactive(new Map<string, Size>())
  const transient = shallowReactive(new Map<string, Settings>())
  const counts = shallowRef<AnalysisAnswer['counts'] | null>(null)
  const steps = shallowRef<AnalysisAnswer['steps']>([])
  const colour = shallowRef<Colour | null>(null)
  const sampling = shallowRef<Sampling | null>(null)
  const failures = {
    quick: shallowRef<Problem | null>(null),
    exact: shallowRef<Problem | null>(null),
    costly: shallowRef<Problem | null>(null),
  }
  const failure = computed(() => failures.quick.value ?? failures.exact.value ?? failures.costly.value)
  const asked = {
    quick: shallowRef<ReadonlySet<string> | null>(null),
    exact: shallowRef<ReadonlySet<string> | null>(null),
    costly: shallowRef<ReadonlySet<string> | null>(null),
  }
  const behind = shallowRef<ReadonlySet<string>>(new Set())
  const stepsHold = ref(true)
  const answered = nothingAnswered()

  function standing(): Standing | null {
    const kinds = facts.kinds.data.value
    // With other columns, what the document says of the former ones may not hold.
    if (!kinds || facts.columns.isPlaceholderData.value) return null
    const names = (some: typeof kinds): Set<string> =>
      new Set(some.flatMap((kind) => [kind.kind, ...kind.former_kinds]))
    return {
      document: store.document.value,
      transient,
      sizes,
      kinds: names(kinds),
      costly: names(kinds.filter(({ costly }) => costly)),
      epoch: facts.epoch.value,
      moving: store.moving.value,
    }
  }

  function keep(question: Question, answer: AnalysisAnswer, wants?: (id: string, key: string) => boolean): void {
    for (const [id, key] of question.keys) {
      if (wants?.(id, key) === false) continue
      if (answer.sampling) answered.sampled.keys.set(id, key)
      const view = answer.views[id]
      if (!view) continue
      if (answer.sampling) answered.keys.delete(id)
      else {
        answered.keys.set(id, key)
        answered.sampled.keys.delete(id)
      }
      widgets.set(id, {
        data: 'error' in view ? (widgets.get(id)?.data ?? null) : view.measures,
        colour: answer.colour,
        sampling: answer.sampling,
        error: 'error' in view ? view.error : null,
      })
    }
  }

  /** Keeps the counts of a question; what remains after each filter is exact, or from before. */
  function count(question: Question, answer: AnalysisAnswer): void {
    // One widget was asked for again: the counts are known exactly.
    if (answer.sampling && answered.countsKey === question.countsKey) return
    counts.value = answer.counts
    colour.value = answer.colour
    sampling.value = answer.sampling
    answered.sampled.countsKey = answer.sampling ? question.countsKey : ''
    answered.countsKey = answer.sampling ? '' : question.countsKey
    const hasSteps = question.body.steps && !answer.sampling
    stepsHold.value = hasSteps || answered.stepsKey === question.countsKey
    if (hasSteps) {
      steps.value = answer.steps
      answered.stepsKey = question.countsKey
    }
  }

  function report(id: string, error: Problem): void {
    const old = widgets.get(id)
    widgets.set(id, { data: old?.data ?? null, colour: old?.colour ?? null, sampling: old?.sampling ?? null, error })
  }

  /** Tells which widgets show what was before: costly ones, and those that no sample can answer. */
  function lookBehind(): void {
    const now = standing()
    const late = [...(now ? costlyKeys(now) : []), ...answered.sampled.keys].flatMap(([id, key]) => {
      const known = answered.keys.get(id)
      return known === undefined || known === key ? [] : [id]
    })
    if (late.join() !== [...behind.value].join()) behind.value = new Set(late)
  }

  const passing = ({ status }: Problem): boolean => status === 0 || status >= 502

  const loop = createLoop<Question, AnalysisAnswer>({
    next() {
      const now = standing()
      const question = now && questionOf(now, answered)
      asked.quick.value = question && new Set(question.keys.keys())
      if (!question) exactLoop.poke()
      return question
    },
    ask: ({ body }) => ask(store.source, store.project, body),
    answered(question, answer) {
      failures.quick.value = null
      count(question, answer)
      keep(question, answer)
      lookBehind()
    },
    failed(_question, problem) {
      asked.quick.value = null
      failures.quick.value = problem
      if (!passing(problem)) exactLoop.poke()
    },
    passing,
    problemOf,
  })
  let exact: { question: Question; line: AbortController } | null = null
  const exactLoop = createLoop<Question, AnalysisAnswer>({
    next() {
      const now = asked.quick.value === null ? standing() : null
      const question = now && exactQuestionOf(now, answered)
      asked.exact.value = question && new Set(question.keys.keys())
      exact = question && { question, line: new AbortController() }
      if (!question) costlyLoop.poke()
      return question
    },
    ask: ({ body }) =>
      ask(store.source, store.project, body, { client: `${CLIENT_ID}-exact`, signal: exact?.line.signal }),
    answered(question, answer) {
      failures.exact.value = null
      if (!isWanted(question, standing())) return
      count(question, answer)
      keep(question, answer)
      lookBehind()
    },
    failed(_question, problem) {
      asked.exact.value = null
      failures.exact.value = problem
      if (!passing(problem)) costlyLoop.poke()
    },
    passing,
    problemOf,
  })
  /** Hangs up on the exact answer that no state of the page wants any more. */
  function hangUp(): void {
    if (exact && !isWanted(exact.question, standing())) exact.line.abort()
  }
  // One that no state of the page wants any more is dropped, however late it comes.
  const isStillWanted = (id: string, key: string): boolean => {
    const now = standing()
    return now !== null && costlyKeys(now).get(id) === key
  }
  const costlyLoop = createLoop<Question, AnalysisAnswer>({
    next() {
      const isIdle = asked.quick.value === null && asked.exact.value === null
      const now = isIdle ? standing() : null
      const question = now && costlyQuestionOf(now, answered)
      asked.costly.value = question && new Set(question.keys.keys())
      return question
    },
    ask: ({ body }) => ask(store.source, store.project, body, { client: `${CLIENT_ID}-costly` }),
    answered(question, answer) {
      failures.costly.value = null
      keep(question, answer, isStillWanted)
      lookBehind()
    },
    failed(question, problem) {
      asked.costly.value = null
      if (passing(problem)) failures.costly.value = problem
      else for (const [id, key] of question.keys) if (isStillWanted(id, key)) report(id, problem)
    },
    passing,
    problemOf,
  })
  onScopeDispose(() => {
    loop.stop()
    exact?.line.abort()
    exactLoop.stop()
    costlyLoop.stop()
  })

  // One question a frame at most: several changes of one handler become one.
  let frame = 0
  const poke = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => {
      lookBehind()
      hangUp()
      loop.poke()
    })
  }
  onScopeDispose(() => cancelAnimationFrame(frame))
  watch(
    [store.document, store.moving, facts.epoch, facts.kinds.data, facts.columns.isPlaceholderData],
    poke,
  )
  watch(
    () => new Set(store.document.value.widgets.map((widget) => widget.id)),
    (alive) => {
      for (const map of [widgets, sizes, transient, answered.keys, answered.sampled.keys]) {
        for (const id of map.keys()) if (!alive.has(id)) map.delete(id)
      }
    },
  )

  return {
    widgets,
    transient,
    counts,
    /** How the counts were sampled; null when they are exact. */
    sampling,
    steps,
    stepsHold,
    colour,
    failure,
    /** The widgets that are being asked for; null: nothing is. */
    asking: computed(() => {
      const all = [asked.quick.value, asked.exact.value, asked.costly.value].filter((one) => one !== null)
      return all.length > 1 ? new Set(all.flatMap((one) => [...one])) : all[0] ?? null
    }),
    /** The costly widgets that show what was before: a brush moves, or their answer is awaited. */
    behind,
    /** What is shown is older than what is asked for, and does not come. */
    stale: computed(() => failure.value !== null && counts.value !== null),
    resize(id: string, size: Size): void {
      const old = sizes.get(id)
      if (old?.width === size.width && old.height === size.height) return
      sizes.set(id, size)
      poke()
    },
    setTransient(id: string, change: Settings): void {
      transient.set(id, { ...transient.get(id), ...change })
      poke()
    },
    /** Settings that are kept now: what was only passing under their names is dropped. */
    forgetTransient(id: string, names: string[]): void {
      const kept = Object.entries(transient.get(id) ?? {}).filter(([name]) => !names.includes(name))
      transient.set(id, Object.fromEntries(kept))
    },
    report,
    /** Asks again, for one widget or for all. */
    retry(id?: string): void {
      if (id === undefined) {
        answered.keys.clear()
        answered.sampled.keys.clear()
        answered.countsKey = answered.stepsKey = answered.sampled.countsKey = ''
      } else for (const keys of [answered.keys, answered.sampled.keys]) keys.delete(id)
      poke()
    },
  }
}

export type Answers = ReturnType<typeof createAnswers>

const KEY: InjectionKey<Answers> = Symbol('answers')

export function provideAnswers(answers: Answers): Answers {
  provide(KEY, answers)
  return answers
}

export function useAnswers(): Answers {
  const answers = inject(KEY)
  if (!answers) throw new Error('There is no analysis around this component.')
  return answers
}

/**
 * The answers that the widgets draw from, kept until newer: those of quick widgets asked in one
 * question for the page, those of costly ones in another, which the former never waits for.
 */
import { computed, inject, onScopeDispose, provide, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { InjectionKey } from 'vue'
import { decodeAnswer, type AnalysisAnswer, type Colour, type Measure, type Problem } from '../../api/arrow'
import { callRaw, projectPath } from '../../api/client'
import { ProblemError } from '../../api/problem'
import { CLIENT_ID } from '../../api/session'
import type { Facts } from '../facts'
import type { Settings } from '../state/document'
import type { Store } from '../state/store'
import { createLoop } from './loop'
import { costlyKeys, costlyQuestionOf, questionOf, type Answered, type Question, type Size, type Standing } from './question'

export interface WidgetAnswer {
  /** The last picture's data, also after an error. */
  data: Record<string, Measure> | null
  colour: Colour | null
  error: Problem | null
}

/** Sends a question; `client` names a queue of its own (see http/turns.py). */
export async function askAnalysis(
  source: string,
  project: string,
  body: Question['body'],
  client?: string,
): Promise<AnalysisAnswer> {
  const response = await callRaw(`${projectPath(source, project)}/analysis/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(client ? { 'Studio-Client': client } : {}) },
    body: JSON.stringify(body),
  })
  return decodeAnswer(await response.arrayBuffer())
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) {
    const { type, title, status, detail } = error
    return { type, title, status, detail }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { type: 'page.unreadable_answer', title: 'The answer could not be read', status: 500, detail }
}

export function createAnswers(store: Store, facts: Facts, ask = askAnalysis) {
  const widgets = shallowReactive(new Map<string, WidgetAnswer>())
  const sizes = shallowReactive(new Map<string, Size>())
  const transient = shallowReactive(new Map<string, Settings>())
  const counts = shallowRef<AnalysisAnswer['counts'] | null>(null)
  const steps = shallowRef<AnalysisAnswer['steps']>([])
  const colour = shallowRef<Colour | null>(null)
  const failures = { quick: shallowRef<Problem | null>(null), costly: shallowRef<Problem | null>(null) }
  const failure = computed(() => failures.quick.value ?? failures.costly.value)
  const asked = {
    quick: shallowRef<ReadonlySet<string> | null>(null),
    costly: shallowRef<ReadonlySet<string> | null>(null),
  }
  const behind = shallowRef<ReadonlySet<string>>(new Set())
  const stepsHold = ref(true)
  const answered: Answered = { keys: new Map(), countsKey: '', stepsKey: '' }

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

  function keep(question: Question, answer: AnalysisAnswer, isWanted?: (id: string, key: string) => boolean): void {
    for (const [id, key] of question.keys) {
      const view = answer.views[id]
      if (!view || isWanted?.(id, key) === false) continue
      answered.keys.set(id, key)
      widgets.set(id, {
        data: 'error' in view ? (widgets.get(id)?.data ?? null) : view.measures,
        colour: answer.colour,
        error: 'error' in view ? view.error : null,
      })
    }
  }

  function report(id: string, error: Problem): void {
    const old = widgets.get(id)
    widgets.set(id, { data: old?.data ?? null, colour: old?.colour ?? null, error })
  }

  /** Tells which costly widgets show what was before. */
  function lookBehind(): void {
    const now = standing()
    const late = [...(now ? costlyKeys(now) : [])].flatMap(([id, key]) => {
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
      if (!question) costlyLoop.poke()
      return question
    },
    ask: ({ body }) => ask(store.source, store.project, body),
    answered(question, answer) {
      failures.quick.value = null
      counts.value = answer.counts
      colour.value = answer.colour
      answered.countsKey = question.countsKey
      stepsHold.value = question.body.steps || answered.stepsKey === question.countsKey
      if (question.body.steps) {
        steps.value = answer.steps
        answered.stepsKey = question.countsKey
      }
      keep(question, answer)
    },
    failed(_question, problem) {
      asked.quick.value = null
      failures.quick.value = problem
      if (!passing(problem)) costlyLoop.poke()
    },
    passing,
    problemOf,
  })
  // One that no state of the page wants any more is dropped, however late it comes.
  const isWanted = (id: string, key: string): boolean => {
    const now = standing()
    return now !== null && costlyKeys(now).get(id) === key
  }
  const costlyLoop = createLoop<Question, AnalysisAnswer>({
    next() {
      const now = asked.quick.value === null ? standing() : null
      const question = now && costlyQuestionOf(now, answered)
      asked.costly.value = question && new Set(question.keys.keys())
      return question
    },
    ask: ({ body }) => ask(store.source, store.project, body, `${CLIENT_ID}-costly`),
    answered(question, answer) {
      failures.costly.value = null
      keep(question, answer, isWanted)
      lookBehind()
    },
    failed(question, problem) {
      asked.costly.value = null
      if (passing(problem)) failures.costly.value = problem
      else for (const [id, key] of question.keys) if (isWanted(id, key)) report(id, problem)
    },
    passing,
    problemOf,
  })
  onScopeDispose(() => {
    loop.stop()
    costlyLoop.stop()
  })

  // One question a frame at most: several changes of one handler become one.
  let frame = 0
  const poke = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => {
      lookBehind()
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
      for (const map of [widgets, sizes, transient, answered.keys]) {
        for (const id of map.keys()) if (!alive.has(id)) map.delete(id)
      }
    },
  )

  return {
    widgets,
    transient,
    counts,
    steps,
    stepsHold,
    colour,
    failure,
    /** The widgets that are being asked for; null: nothing is. */
    asking: computed(() => {
      const [quick, costly] = [asked.quick.value, asked.costly.value]
      return quick && costly ? new Set([...quick, ...costly]) : quick ?? costly
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
        answered.countsKey = answered.stepsKey = ''
      } else answered.keys.delete(id)
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

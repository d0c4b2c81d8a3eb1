/** The answers that the widgets draw from: asked in one question for the page, kept until newer. */
import { computed, inject, onScopeDispose, provide, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { InjectionKey } from 'vue'
import { decodeAnswer, type AnalysisAnswer, type Colour, type Measure, type Problem } from '../../api/arrow'
import { callRaw, projectPath } from '../../api/client'
import { ProblemError } from '../../api/problem'
import type { Facts } from '../facts'
import type { Settings } from '../state/document'
import type { Store } from '../state/store'
import { createLoop } from './loop'
import { questionOf, type Answered, type Question, type Size } from './question'

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

export function createAnswers(store: Store, facts: Facts) {
  const widgets = shallowReactive(new Map<string, WidgetAnswer>())
  const sizes = shallowReactive(new Map<string, Size>())
  const transient = shallowReactive(new Map<string, Settings>())
  const counts = shallowRef<AnalysisAnswer['counts'] | null>(null)
  const steps = shallowRef<AnalysisAnswer['steps']>([])
  const colour = shallowRef<Colour | null>(null)
  const failure = shallowRef<Problem | null>(null)
  /** The widgets that are being asked for; null: nothing is. */
  const asking = shallowRef<ReadonlySet<string> | null>(null)
  const stepsHold = ref(true)
  const answered: Answered = { keys: new Map(), countsKey: '', stepsKey: '' }

  const loop = createLoop<Question, AnalysisAnswer>({
    next() {
      // With other columns, what the document says of the former ones may not hold.
      const known = facts.kinds.data.value && !facts.columns.isPlaceholderData.value
      const question = known && facts.kinds.data.value
        ? questionOf(
            {
              document: store.document.value,
              transient,
              sizes,
              kinds: new Set(facts.kinds.data.value.flatMap((kind) => [kind.kind, ...kind.former_kinds])),
              epoch: facts.epoch.value,
              moving: store.moving.value,
            },
            answered,
          )
        : null
      asking.value = question && new Set(question.keys.keys())
      return question
    },
    ask: ({ body }) => askAnalysis(store.source, store.project, body),
    answered(question, answer) {
      failure.value = null
      counts.value = answer.counts
      colour.value = answer.colour
      answered.countsKey = question.countsKey
      stepsHold.value = question.body.steps || answered.stepsKey === question.countsKey
      if (question.body.steps) {
        steps.value = answer.steps
        answered.stepsKey = question.countsKey
      }
      for (const [id, key] of question.keys) {
        const view = answer.views[id]
        if (!view) continue
        answered.keys.set(id, key)
        widgets.set(id, {
          data: 'error' in view ? (widgets.get(id)?.data ?? null) : view.measures,
          colour: answer.colour,
          error: 'error' in view ? view.error : null,
        })
      }
    },
    failed(_question, problem) {
      asking.value = null
      failure.value = problem
    },
    passing: ({ status }) => status === 0 || status >= 502,
    problemOf,
  })
  onScopeDispose(loop.stop)

  // One question a frame at most: several changes of one handler become one.
  let frame = 0
  const poke = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(loop.poke)
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
    asking,
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
    report(id: string, error: Problem): void {
      const old = widgets.get(id)
      widgets.set(id, { data: old?.data ?? null, colour: old?.colour ?? null, error })
    },
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

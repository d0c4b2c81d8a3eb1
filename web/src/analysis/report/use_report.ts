/** The report of the open page: waits for its figures, draws its widgets, and says what they are of. */
import { until } from '@vueuse/core'
import { onScopeDispose, ref } from 'vue'
import { api, call, projectPath } from '../../api/client'
import { inLight } from '../../app/theme'
import { ruleInWords } from '../../selections/rule'
import { useFacts } from '../facts'
import { useWords } from '../filters/words'
import { useAnswers } from '../query/answers'
import { addressOf } from '../state/address'
import { ruleOf, scopeRule, type AnalysisDocument } from '../state/document'
import { useStore } from '../state/store'
import { Cancelled, drawAll, remarkOf, type DrawnCard } from './making'
import type { Report, Step } from './report'

export interface Wanted {
  title: string
  notes: string
  /** Ids of widgets. */
  widgets: Set<string>
}

/** Progress is worth a bar only when it lasts. */
const BAR_AFTER_MS = 1000

export function useReport(cardOf: (id: string) => DrawnCard | undefined) {
  const store = useStore()
  const facts = useFacts()
  const answers = useAnswers()
  const words = useWords()
  const making = ref(false)
  const slow = ref(false)
  const done = ref(0)
  const total = ref(0)
  const cancelled = ref(false)

  const cancel = (): void => void (cancelled.value = true)
  onScopeDispose(cancel)

  const isSettled = (): boolean =>
    answers.counts.value !== null && answers.sampling.value === null && answers.asking.value === null &&
    answers.behind.value.size === 0 && ![...answers.widgets.values()].some(({ sampling }) => sampling) &&
    answers.stepsHold.value && facts.detail.data.value !== undefined && !facts.detail.isFetching.value

  async function settle(): Promise<void> {
    await until(() => isSettled() || answers.failure.value !== null || cancelled.value).toBe(true, { flush: 'post' })
    if (cancelled.value) throw new Cancelled()
    const failure = answers.failure.value
    if (failure) throw new Error(`The figures are not up to date: ${failure.detail} Make the report when they are.`)
  }

  function stepsOf(document: AnalysisDocument): Step[] {
    return document.filters.children.map((node) => {
      const { subject, text, full } = words(node)
      const step = answers.steps.value.find((one) => one.filter_id === node.id)
      if (!step) throw new Error(`The samples that remain after “${subject} ${text}” are not counted yet. Try again.`)
      return {
        filter: `${subject} ${text}`.trim(),
        exactly: full === text ? '' : `${subject} ${full}`.trim(),
        samples: step.samples,
      }
    })
  }

  function scopeWords(document: AnalysisDocument, models: string[]): string {
    return ruleInWords(
      { ...scopeRule(document.scope), models },
      (id) => facts.selectionName(id) ?? 'a selection that was deleted',
    )
  }

  async function make(wanted: Wanted): Promise<Report> {
    const path = { source: store.source, project: store.project }
    const comments = await call(api.GET('/api/v2/projects/{source}/{project}/comments', { params: { path } }))
    await settle()
    const [document, epoch, detail] = [store.document.value, facts.epoch.value, facts.detail.data.value]
    if (!detail || !answers.counts.value) throw new Error('The project is not known yet. Try again.')
    const modelNames = new Map(detail.models.map((model) => [model.id, model.name]))
    const models = document.scope.models.map((id) => modelNames.get(id) ?? id)
    const madeAt = new Date()
    const about = {
      title: wanted.title,
      notes: wanted.notes,
      madeAt,
      source: store.source,
      project: detail.name,
      path: projectPath(store.source, store.project),
      dataVersion: detail.data_version,
      changedAt: detail.updated_at,
      scope: scopeWords(document, models),
      models,
      colour: document.colour,
      counts: answers.counts.value,
      steps: stepsOf(document),
      rule: ruleOf(document),
      address: await addressOf(document),
      comments: comments.flatMap((one) => {
        if (one.about === 'project') return [remarkOf(one)]
        const isLookedAt = one.about === 'selection' && document.scope.selections.includes(one.subject)
        return isLookedAt ? [remarkOf(one, `Selection ${facts.selectionName(one.subject) ?? ''}`)] : []
      }),
    }
    const widgets = document.widgets.filter(({ id }) => wanted.widgets.has(id))
    total.value = widgets.length
    const drawn = await inLight(() =>
      drawAll(widgets, {
        cardOf,
        errorOf: (id) => answers.widgets.get(id)?.error ?? null,
        commentsOf: (id) =>
          comments.filter((one) => one.about === 'widget' && one.subject === id).map((one) => remarkOf(one)),
        progress: (now) => (done.value = now),
        cancelled: () => cancelled.value,
      }),
    )
    if (document !== store.document.value || epoch !== facts.epoch.value) {
      throw new Error('The data changed while the report was made. Make it again.')
    }
    return { ...about, widgets: drawn }
  }

  return {
    making,
    /** It takes longer than a moment. */
    slow,
    done,
    total,
    cancel,
    /** The report, or null when it was cancelled; throws what went wrong. */
    async start(wanted: Wanted): Promise<Report | null> {
      making.value = true
      cancelled.value = slow.value = false
      done.value = total.value = 0
      const wait = setTimeout(() => (slow.value = true), BAR_AFTER_MS)
      try {
        return await make(wanted)
      } catch (error) {
        if (error instanceof Cancelled) return null
        throw error
      } finally {
        clearTimeout(wait)
        making.value = slow.value = false
      }
    },
  }
}

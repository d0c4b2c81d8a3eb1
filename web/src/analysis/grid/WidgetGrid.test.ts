import { createApp, defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { expect, it, vi } from 'vitest'
import type { Answers } from '../query/answers'
import { provideAnswers } from '../query/answers'
import { emptyDocument } from '../state/document'
import { setWidgetFilters } from '../state/predicate'
import { createStore, provideStore } from '../state/store'
import { addWidget } from '../state/widgets'

const rendered = vi.hoisted(() => ({ cards: 0 }))
vi.mock('../../widgets/WidgetCard.vue', () => ({
  default: {
    props: ['widget', 'maximised'],
    setup: (props: { widget: { name?: string } }) => () => {
      rendered.cards += 1
      return h('p', props.widget.name)
    },
  },
}))
vi.mock('gridstack', () => ({ GridStack: { init: () => null } }))

it('renders no card anew while a brush moves and its questions are asked and answered', async () => {
  const { default: WidgetGrid } = await import('./WidgetGrid.vue')
  const first = addWidget(emptyDocument(), { kind: 'quick', settings: {}, size: [6, 4] })
  const { document } = addWidget(first.document, { kind: 'quick', settings: {}, size: [6, 4] })
  const asking = shallowRef<ReadonlySet<string> | null>(null)
  let store: ReturnType<typeof createStore> | undefined
  const page = window.document.createElement('div')
  const app = createApp(defineComponent({
    setup() {
      store = provideStore(createStore('local', 'flights', document))
      provideAnswers({ asking, behind: ref(new Set()) } as unknown as Answers)
      return () => h(WidgetGrid)
    },
  }))
  app.mount(page)
  await nextTick()
  const before = rendered.cards
  const busy: (string | null | undefined)[] = []
  for (const min of ['1', '2', '3']) {
    store?.drag((now) => ({
      ...now, filters: setWidgetFilters(now.filters, first.id, [{ op: 'range', column: 'x', min }]),
    }))
    for (const ids of [new Set([first.id]), null]) {
      asking.value = ids
      await nextTick()
      busy.push(page.querySelector('.grid-stack')?.getAttribute('aria-busy'))
    }
  }
  expect(before).toBe(2)
  expect(rendered.cards).toBe(before)
  expect(busy).toEqual(['true', 'false', 'true', 'false', 'true', 'false'])
  store?.change((now) => ({ ...now, widgets: now.widgets.map((one) => ({ ...one, name: 'other' })) }))
  await nextTick()
  expect(rendered.cards).toBe(before + 2)
  app.unmount()
})

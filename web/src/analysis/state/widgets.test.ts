import { describe, expect, it } from 'vitest'
import { emptyDocument } from './document'
import { setWidgetFilters, widgetFilters } from './predicate'
import { addWidget, bottom, changeSettings, placeWidgets, putAbove, removeWidget, renameWidget, widgetLike } from './widgets'

const size = [6, 8] as const

function two() {
  const first = addWidget(emptyDocument(), { kind: 'a', settings: { bins: 4 }, size })
  const second = addWidget(first.document, { kind: 'b', settings: {}, size })
  return { document: second.document, first: first.id, second: second.id }
}

describe('the widgets of a document', () => {
  it('are added at the bottom', () => {
    const { document } = two()
    expect(document.widgets.map((widget) => widget.y)).toEqual([0, 8])
    expect(bottom(document.widgets)).toBe(16)
  })

  it('move below those that are put above them', () => {
    const { document, first, second } = two()
    const [given] = addWidget(emptyDocument(), { kind: 'c', settings: {}, size }).document.widgets
    const put = putAbove(document, given ? [given] : [])
    expect(put.widgets.map(({ id, y }) => [id, y])).toEqual([[given?.id, 0], [first, 8], [second, 16]])
  })

  it('keep settings that were not changed', () => {
    const { document, first } = two()
    expect(changeSettings(document, first, { column: 'x' }).widgets[0]?.settings).toEqual({
      bins: 4,
      column: 'x',
    })
  })

  it('move without touching those that were not named', () => {
    const { document, second } = two()
    const moved = placeWidgets(document, [{ id: second, x: 6, y: 0, w: 3, h: 4 }])
    expect(moved.widgets[1]).toMatchObject({ x: 6, y: 0, w: 3, h: 4 })
    expect(moved.widgets[0]).toEqual(document.widgets[0])
  })

  it('are found by their kind and the settings that matter', () => {
    const { document, first } = two()
    const changed = changeSettings(document, first, { columns: ['x', 'y'], display: 'points' })
    expect(widgetLike(changed, 'a', { columns: ['x', 'y'], bins: 4 })?.id).toBe(first)
    expect(widgetLike(changed, 'a', { columns: ['y', 'x'] })).toBeUndefined()
    expect(widgetLike(changed, 'b', { bins: 4 })).toBeUndefined()
  })

  it('take their kind’s title back when the name is emptied', () => {
    const { document, first } = two()
    const named = renameWidget(document, first, ' Night ')
    expect(named.widgets[0]?.name).toBe('Night')
    expect(renameWidget(named, first, ' ').widgets[0]).not.toHaveProperty('name')
  })

  it('leave with their filters or without', () => {
    const { document, first } = two()
    const filtered = {
      ...document,
      filters: setWidgetFilters(document.filters, first, [{ op: 'missing', column: 'x' }]),
    }
    expect(removeWidget(filtered, first, 'remove').filters.children).toEqual([])
    expect(widgetFilters(removeWidget(filtered, first, 'keep').filters, first)).toHaveLength(1)
  })
})

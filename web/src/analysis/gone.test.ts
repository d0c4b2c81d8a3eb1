import { describe, expect, it } from 'vitest'
import { inWords, withoutUnknown } from './gone'
import type { Kind } from './facts'
import { emptyDocument } from './state/document'
import type { Predicate, Root } from './state/predicate'

const range = (id: string, column: string): Predicate => ({ op: 'range', id, column, min: '1', max: '2' })
const filters: Root = {
  op: 'and',
  id: 'root',
  children: [
    range('a', 'speed'),
    { op: 'or', id: 'g', children: [range('b', 'error'), range('c', 'fog')] },
    { op: 'not', id: 'd', child: range('d', 'error') },
    { op: 'lasso', id: 'e', x: 'speed', y: 'error', points: [] },
  ],
}

const properties = { column: { type: 'string', format: 'column' }, columns: { type: 'array', format: 'columns' } }
const kindOf = () => ({ settings_schema: { properties } }) as unknown as Kind
const widget = (settings: Record<string, unknown>) => ({ id: 'w', kind: 'k', settings, x: 0, y: 0, w: 6, h: 8 })

describe('results of models', () => {
  const wide = new Set(['speed', 'ridge.error', 'net.v2.error'])
  const settingsIn = (known: Set<string>, settings: Record<string, unknown>) =>
    withoutUnknown({ ...emptyDocument(), widgets: [widget(settings)] }, known, kindOf).document.widgets[0]?.settings

  it('keep their widgets when models become columns', () => {
    expect(settingsIn(wide, { column: 'error', columns: ['speed', 'error', 'model'] })).toEqual({
      column: 'ridge.error',
      columns: ['speed', 'ridge.error', 'net.v2.error'],
    })
  })

  it('keep their widgets when models become rows', () => {
    const settings = { column: 'net.v2.error', columns: ['ridge.error', 'net.v2.error'] }
    expect(settingsIn(new Set(['speed', 'error']), settings)).toEqual({ column: 'error', columns: ['error'] })
  })

  it('are still named where they are gone, so that the widget can say so', () => {
    expect(settingsIn(new Set(['speed']), { column: 'error' })).toEqual({ column: 'error' })
  })
})

describe('columns that are gone', () => {
  const now = { ...emptyDocument(), filters, colour: 'model' }

  it('take their colour and their filters with them, and nothing else', () => {
    const { document, gone } = withoutUnknown(now, new Set(['speed', 'fog']), kindOf)
    expect(document.colour).toBeNull()
    expect(gone.columns).toEqual(['model', 'error'])
    expect(gone.filters.map(({ id }) => id)).toEqual(['b', 'd', 'e'])
    expect(JSON.stringify(document.filters)).not.toContain('error')
    expect(JSON.stringify(document.filters)).toContain('fog')
    expect(document.filters.children[0]).toEqual(filters.children[0])
  })

  it('are named with the colours, the filters and the widgets that used them', () => {
    const widgets = [widget({ column: 'error' }), widget({ columns: ['speed', 'fog'] })]
    const { gone } = withoutUnknown({ ...now, widgets }, new Set(['speed', 'fog']), kindOf)
    expect(inWords(gone, () => 'Distribution')).toBe(
      'Not in this analysis: model, error. '
      + 'Taken away: the colours by model, the filter error 1–2, the filter error 1–2, the filter lasso speed × error. '
      + 'Shown without: Distribution.',
    )
  })

  it('leave a document as it is when none is named', () => {
    const { document, gone } = withoutUnknown(now, new Set(['speed', 'fog', 'error', 'model']), kindOf)
    expect(document).toBe(now)
    expect(gone).toEqual({ columns: [], colour: null, filters: [], widgets: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { withoutUnknown } from './gone'
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

describe('columns that are gone', () => {
  const now = { ...emptyDocument(), filters, colour: 'model' }

  it('take their colour and their filters with them, and nothing else', () => {
    const { document, gone } = withoutUnknown(now, new Set(['speed', 'fog']))
    expect(document.colour).toBeNull()
    expect(gone).toEqual(['model', 'error'])
    expect(JSON.stringify(document.filters)).not.toContain('error')
    expect(JSON.stringify(document.filters)).toContain('fog')
    expect(document.filters.children[0]).toEqual(filters.children[0])
  })

  it('leave a document as it is when none is named', () => {
    expect(withoutUnknown(now, new Set(['speed', 'fog', 'error', 'model']))).toEqual({ document: now, gone: [] })
  })
})

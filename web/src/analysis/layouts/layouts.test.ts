import { describe, expect, it } from 'vitest'
import type { ColumnInfo } from '../../widgets/widget'
import type { Kind, Profile } from '../facts'
import { arrange, defaultColour, defaultDistribution, defaultPlaces } from './default_dashboard'
import { fitLayout } from './fit'

const kind = (name: string): Kind => ({
  kind: name,
  title: name,
  description: '',
  icon: '',
  brushes: [],
  size: [6, 8],
  former_kinds: [], costly: false,
  settings_schema: { properties: { column: { type: 'string', format: 'column' }, bins: { type: 'integer' } } },
})
const kindOf = (name: string) => (name === 'distribution' ? kind(name) : undefined)

describe('a layout of another project', () => {
  const saved = {
    v: 1,
    colour: 'weather',
    widgets: [
      { id: 'a', kind: 'distribution', settings: { column: 'speed', bins: 9 }, x: 0, y: 0, w: 6, h: 8 },
      { id: 'b', kind: 'distribution', settings: { column: 'fog', bins: 5 }, x: 6, y: 0, w: 6, h: 8 },
      { id: 'c', kind: 'hologram', settings: { depth: 3 }, x: 0, y: 8, w: 6, h: 8 },
    ],
  }
  const fitted = fitLayout(saved, new Set(['speed']), kindOf)

  it('names the columns that are missing and keeps everything else', () => {
    expect(fitted.missing).toEqual(['fog', 'weather'])
    expect(fitted.colour).toBeNull()
    expect(fitted.widgets.map((widget) => widget.settings)).toEqual([
      { column: 'speed', bins: 9 },
      { bins: 5 },
      { depth: 3 },
    ])
  })

  it('keeps widgets of kinds that are not installed', () => {
    expect(fitted.unknown).toEqual(['hologram'])
    expect(fitted.widgets[2]).toMatchObject({ kind: 'hologram', x: 0, y: 8 })
  })

  it('gets widget ids of its own, so that no old filter sticks to it', () => {
    expect(fitted.widgets.map((widget) => widget.id)).not.toContain('a')
  })
})

describe('the default dashboard', () => {
  it.each([0, 20, 24.6, 90])('fills twelve columns without overlap or gap with room for %s rows', (room) => {
    const cells = new Set<string>()
    const places = Object.values(defaultPlaces(room))
    for (const { x, y, w, h } of places) {
      expect(x + w).toBeLessThanOrEqual(12)
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          expect(cells.has(`${column},${row}`)).toBe(false)
          cells.add(`${column},${row}`)
        }
      }
    }
    const rows = Math.max(...places.map(({ y, h }) => y + h))
    expect(cells.size).toBe(12 * rows)
    expect(rows).toBe(Math.min(52, Math.max(20, Math.floor(room))))
  })

  it('shows only kinds that the server has, each with its own suggestion', () => {
    const widgets = arrange([{ kind: 'distribution', settings: { column: 'speed' } }])
    expect(widgets.map((widget) => [widget.kind, widget.settings])).toEqual([['distribution', { column: 'speed' }]])
  })
})

describe('what a newcomer sees', () => {
  const column = (name: string, type: string, category = 'input') => ({ name, type, category }) as ColumnInfo
  const columns = [
    column('late', 'boolean'),
    column('carrier', 'text', 'context'),
    column('origin', 'text', 'context'),
    column('delay', 'number', 'groundtruth'),
    column('distance', 'integer'),
  ]
  const profiles: Record<string, Partial<Profile>> = {
    late: { distinct: 2 },
    carrier: { distinct: 16 },
    origin: { distinct: 3 },
    delay: { distinct: 500, histogram: [9000, 40, 2, 1, 0, 0, 0, 1] },
    distance: { distinct: 200, histogram: [40, 60, 50, 20, 10, 30, 5, 1] },
  }
  const profileOf = (name: string) => profiles[name] as Profile | undefined

  it('is coloured by the first texts of few values, else by a boolean, else not at all', () => {
    expect(defaultColour(columns, profileOf)).toBe('origin')
    expect(defaultColour(columns.slice(0, 2), profileOf)).toBe('late')
    expect(defaultColour(columns.slice(3), profileOf)).toBeNull()
  })

  it('is coloured by the models where no text has few values', () => {
    const model = column('model', 'text', 'other')
    expect(defaultColour([...columns, model], profileOf)).toBe('origin')
    expect(defaultColour([...columns.slice(0, 2), model], profileOf)).toBe('model')
  })

  it('shows a distribution with a shape instead of one full bar', () => {
    expect(defaultDistribution('delay', columns, profileOf)).toBe('distance')
    expect(defaultDistribution('distance', columns, profileOf)).toBe('distance')
    expect(defaultDistribution('delay', columns.slice(0, 4), profileOf)).toBe('delay')
    expect(defaultDistribution('origin', columns, profileOf)).toBe('origin')
  })
})

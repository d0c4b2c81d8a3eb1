import { describe, expect, it } from 'vitest'
import type { Colour } from '../../api/arrow'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import { chosenBy, filtersOf, groupsOf, toggled } from './groups'
import definition from './index'
import type { StarSettings } from './stars'

const SETTINGS: StarSettings = { x: 'a', y: 'b', group_by: 'flag', absolute_x: true, absolute_y: false }
const FLAGS = { column: 'flag', type: 'boolean', distinct: 2, classes: ['false', 'true', ''], kinds: ['value', 'value', 'missing'] }

const answer = (groups: unknown = FLAGS) => measure(
  { x: axis('a'), y: axis('b'), absolute: { x: true, y: false }, groups, selected: 12, counted: 10 },
  {
    count: [Uint32Array.of(6, 1, 3), [3]],
    x_mean: [Float64Array.of(1, 2, 3), [3]], x_std: [Float64Array.of(0.5, NaN, 1), [3]],
    y_mean: [Float64Array.of(4, 5, 6), [3]], y_std: [Float64Array.of(1, NaN, 2), [3]],
  },
)

function mounted(filters: WidgetFilter[] = [], groups: unknown = FLAGS, colour: Colour | null = null) {
  const { context, heard } = listening<StarSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(500, 300)
  view.update(inputOf(SETTINGS, { stars: answer(groups) }, { filters, colour }))
  return { element, view, heard, stars: [...element.querySelectorAll('[role=button]')] }
}

const CLASSES: Colour = {
  column: 'n', type: 'number', kind: 'classes', labels: ['0 – 1', '1.5 – 9', 'NaN'],
  values: [['0.0', '1.0'], ['1.5', '9.0'], ['nan']], counts: [6, 1, 3],
}

describe('a night stars plot', () => {
  it('draws a cross for each group, and none where one row has no spread', () => {
    const crosses = [...mounted().element.querySelectorAll('.plot-star')].map((path) => path.getAttribute('d') ?? '')
    expect(crosses.length).toBe(3)
    const widths = crosses.map((d) => /M([\d.]+) [\d.]+H([\d.]+)/.exec(d)).map((found) => Number(found?.[2]) - Number(found?.[1]))
    expect(widths.map((width) => width > 0)).toEqual([false, true, true])
  })

  it('says what it is of, and how many rows count', () => {
    expect(mounted().view.summary()).toBe(
      'b by |a| · 3 groups of flag · mean ± standard deviation of 10 rows · 2 without both values',
    )
  })

  it('filters a group by keyboard with the text of its type (E2), and a second one with it', () => {
    const { stars, heard } = mounted()
    expect(stars[1]?.getAttribute('aria-label')).toBe('true: |a| 2 ± –, b 5 ± –, 1 row')
    press(stars[1], 'Enter')
    expect(heard.filters).toEqual([{ filters: [{ op: 'one_of', column: 'flag', values: ['true'] }], phase: 'end' }])
    press(stars[2], ' ')
    expect(heard.filters[1]?.filters).toEqual([{ op: 'one_of', column: 'flag', values: ['true'], missing: true }])
  })

  it('gives means and spreads as a table', () => {
    expect(mounted().view.table()).toEqual({
      columns: ['flag', 'rows', '|a| mean', '|a| std', 'b mean', 'b std'],
      rows: [['false', 6, '1', '0.5', '4', '1'], ['true', 1, '2', '–', '5', '–'], ['missing', 3, '3', '1', '6', '2']],
    })
  })

  it('names the columns of its figures until there are others', () => {
    const { view, element } = mounted()
    const before = [view.summary(), view.table(), element.innerHTML]
    view.update(inputOf({ ...SETTINGS, x: 'c', y: 'd', absolute_x: false, absolute_y: true }, { stars: answer() }))
    expect([view.summary(), view.table(), element.innerHTML]).toEqual(before)
  })

  it('has nothing to choose without groups', () => {
    expect(mounted([], null).stars).toEqual([])
  })

  it('filters a class of numbers by its range', () => {
    const { stars, heard, view } = mounted([], null, CLASSES)
    press(stars[1], 'Enter')
    const range: WidgetFilter = { op: 'range', column: 'n', min: '1.5', max: null }
    expect(heard.filters[0]?.filters).toEqual([range])
    view.escape?.()
    expect(heard.filters[1]?.filters).toEqual([])
  })

  it('clears a filter that was chosen in another colour by Esc', () => {
    const { view, heard } = mounted([{ op: 'one_of', column: 'former', values: ['x'] }], null, CLASSES)
    view.escape?.()
    expect(heard.filters).toEqual([{ filters: [], phase: 'end' }])
  })
})

describe('groups of a colour', () => {
  it('come back from the filters they make', () => {
    const groups = groupsOf(null, CLASSES)
    if (!groups) throw new Error('no groups')
    for (const group of [0, 1, 2]) {
      expect(chosenBy(groups, filtersOf(groups, new Set([group])))).toEqual(new Set([group]))
    }
    expect(toggled(groups, new Set([0]), 1)).toEqual(new Set([1]))
    expect(toggled(groups, new Set([1]), 1)).toEqual(new Set())
  })
})

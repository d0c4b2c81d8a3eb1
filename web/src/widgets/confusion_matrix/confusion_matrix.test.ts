import { describe, expect, it } from 'vitest'
import type { Colour } from '../../api/arrow'
import { inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import { choiceOf, filtersOf, readConfusion, type ClassInfo } from './classes'
import definition from './index'
import { briefShare } from './shares'
import type { ConfusionMatrixSettings } from './view'

const SETTINGS: ConfusionMatrixSettings = { truth: 't', prediction: 'p', shares: 'by_row', by_colour: true }

const classOf = (label: string, part: Partial<ClassInfo> = {}): ClassInfo =>
  ({ label, type: 'text', aside: null, truth: [label], prediction: [label], ...part })

/** Classes a, b and missing; two groups. */
const CLASSES = [classOf('a'), classOf('b', { truth: [] }), classOf('missing', { aside: 'missing', truth: [], prediction: [] })]

function confusion(classes = CLASSES, groups = 2) {
  const size = classes.length
  const values = classes.filter(({ aside }) => aside === null).length
  const counts = Uint32Array.from({ length: groups * size * size }, (_, i) => i)
  const scores = new Float64Array((groups + 1) * values).fill(0.5)
  return measure(
    { truth: { column: 't', type: 'text' }, prediction: { column: 'p', type: 'text' }, classes, values },
    {
      counts: [counts, [groups, size, size]], all: [new Uint32Array(size * size), [size, size]],
      scored: [new Uint32Array(groups + 1).fill(10), [groups + 1]], accuracy: [new Float64Array(groups + 1).fill(0.25), [groups + 1]],
      support: [new Uint32Array((groups + 1) * values), [groups + 1, values]],
      precision: [scores.slice().fill(NaN), [groups + 1, values]], recall: [scores, [groups + 1, values]], f1: [scores, [groups + 1, values]],
    },
  )
}

const COLOUR: Colour = {
  column: 'c', type: 'boolean', kind: 'values', labels: ['false', 'true'], values: [['false'], ['true']], counts: [1, 1],
}

function mounted(part: { colour?: Colour | null; filters?: WidgetFilter[] } = {}) {
  const { context, heard } = listening<ConfusionMatrixSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(700, 400)
  view.update(inputOf(SETTINGS, { confusion: confusion(CLASSES, part.colour ? 2 : 1) }, part))
  return { element, view, heard, cells: () => [...element.querySelectorAll('[role=gridcell]')] }
}

describe('a confusion matrix', () => {
  it('filters the classes of the cell that is chosen, in the matrix of all colours without a colour (E3)', () => {
    const { heard, cells } = mounted({ colour: COLOUR })
    expect(cells().length).toBe(3)
    press(cells()[0], 'ArrowRight')
    expect(cells()[0]?.getAttribute('aria-label')).toMatch(/^true a, predicted b: rows 11,/)
    press(cells()[0], 'Enter')
    expect(heard.filters[0]?.filters).toEqual([
      { op: 'one_of', column: 't', values: ['a'] }, { op: 'one_of', column: 'p', values: ['b'] },
    ])
  })

  it('adds the colour of the matrix that a cell is chosen in (E2, E3)', () => {
    const { heard, cells } = mounted({ colour: COLOUR })
    press(cells()[2], 'ArrowDown')
    press(cells()[2], 'ArrowDown')
    press(cells()[2], ' ')
    expect(heard.filters[0]?.filters).toEqual([
      { op: 'missing', column: 't' }, { op: 'one_of', column: 'p', values: ['a'] },
      { op: 'one_of', column: 'c', values: ['true'] },
    ])
  })

  it('does nothing for a class that one column cannot have', () => {
    const { heard, cells } = mounted()
    press(cells()[0], 'ArrowDown')
    press(cells()[0], 'Enter')
    expect(heard.filters).toEqual([])
  })

  it('filters a whole class by its name, and tells its scores, undefined ones as such', () => {
    const { heard, cells } = mounted()
    press(cells()[0], 'ArrowLeft')
    expect(cells()[0]?.getAttribute('aria-label')).toMatch(/^true a: rows 3, precision undefined, recall 50/)
    press(cells()[0], 'Enter')
    expect(heard.filters[0]?.filters).toEqual([{ op: 'one_of', column: 't', values: ['a'] }])
  })

  it('clears its filter by choosing the chosen cell again, and by Esc', () => {
    const filters: WidgetFilter[] = [{ op: 'one_of', column: 't', values: ['a'] }, { op: 'one_of', column: 'p', values: ['a'] }]
    const { view, heard, cells } = mounted({ filters })
    expect(cells()[0]?.getAttribute('aria-selected')).toBe('true')
    press(cells()[0], 'Enter')
    view.update(inputOf(SETTINGS, { confusion: confusion(CLASSES, 1) }, { filters }))
    view.escape?.()
    expect(heard.filters.map(({ filters: made }) => made)).toEqual([[], []])
  })

  it('clears by Esc what was chosen in the matrix of another colour', () => {
    const filters: WidgetFilter[] = [
      { op: 'one_of', column: 't', values: ['a'] }, { op: 'one_of', column: 'p', values: ['a'] },
      { op: 'one_of', column: 'former', values: ['x'] },
    ]
    const { view, heard } = mounted({ colour: COLOUR, filters })
    view.escape?.()
    expect(heard.filters).toEqual([{ filters: [], phase: 'end' }])
  })

  it('keeps the rows of the text "nan" in its matrix, not of numbers that are none', () => {
    const colour: Colour = { ...COLOUR, type: 'text', labels: ['nan', 'x'], values: [['nan'], ['x']] }
    const { heard, cells } = mounted({ colour })
    press(cells()[1], 'Enter')
    expect(heard.filters[0]?.filters[2]).toEqual({ op: 'one_of', column: 'c', values: ['nan'] })
  })

  it('swaps its columns by a button', () => {
    const { element, heard } = mounted()
    element.querySelector<HTMLButtonElement>('[aria-label="Swap truth and prediction"]')?.click()
    expect(heard.settings).toEqual([{ truth: 'p', prediction: 't' }])
  })

  it('lists counts and scores as a table, and says how many rows have no class', () => {
    const { view } = mounted()
    expect(view.summary()).toMatch(/^accuracy 25.0.% · 36 rows · 26 not scored · t × p$/)
    expect(view.table().columns).toEqual(['t ╲ p', 'a', 'b', 'missing', 'precision', 'recall', 'F1', 'accuracy of all'])
    expect(view.table().rows[2]).toEqual(['missing', 6, 7, 8, null, null, null, 0.25])
  })

  it('draws the matrix of all rows alone when its settings say so, whatever the colour (E11)', () => {
    const { view, cells } = mounted({ colour: COLOUR })
    const settings = { ...SETTINGS, by_colour: false }
    view.update(inputOf(settings, { confusion: confusion() }, { colour: COLOUR }))
    expect(cells().length).toBe(1)
    expect(view.table().rows.length).toBe(3)
  })

  it('keeps its one stop of the Tab key for each matrix as the colours change', () => {
    const { element, view, cells } = mounted({ colour: COLOUR })
    view.update(inputOf(SETTINGS, { confusion: confusion(CLASSES, 1) }))
    expect(cells().length).toBe(1)
    expect(element.querySelectorAll('[role=grid]').length).toBe(1)
  })
})

describe('cells and their filters', () => {
  const read = readConfusion(confusion())
  if (!read) throw new Error('no confusion')

  it('are the same both ways, for every cell and colour', () => {
    for (const truth of [null, [0], [2]]) {
      for (const prediction of [null, [0], [1], [2]]) {
        for (const group of [null, 0, 1]) {
          if (!truth && !prediction) continue
          const filters = filtersOf(read, COLOUR, { truth, prediction, group })
          expect(choiceOf(read, COLOUR, filters ?? [])).toEqual({ truth, prediction, group })
        }
      }
    }
  })
})

describe('a share in a cell', () => {
  it('is nothing or everything only when it is', () => {
    expect([[0, 5], [1, 9000], [1, 23], [12, 100], [999, 1000], [99999, 100000], [5, 5]].map(
      ([part = 0, whole = 0]) => briefShare(part, whole),
    )).toEqual(['0%', '<0.1%', '4.3%', '12%', '99.9%', '>99.9%', '100%'])
  })
})

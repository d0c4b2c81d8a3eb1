import { describe, expect, it } from 'vitest'
import type { Colour } from '../api/arrow'
import { chosenIn, classFilter, colourGroupFilter, colourGroups, readClasses } from './classes'

const NUMBERS = readClasses({
  column: 'n', type: 'number', distinct: 40,
  classes: ['-1.0', '3.0', 'other', 'inf', 'nan', ''], kinds: ['value', 'value', 'other', 'value', 'nan', 'missing'],
})

describe('classes', () => {
  it('are named as people read them, "other" with how many values it stands for', () => {
    expect(NUMBERS.classes.map(({ name }) => name)).toEqual(['−1', '3', 'other (38 values)', '∞', 'NaN', 'missing'])
  })

  it('filter by the canonical text of their type (E2)', () => {
    expect(classFilter(NUMBERS, new Set([1]))).toEqual({ op: 'one_of', column: 'n', values: ['3.0'] })
    const flags = readClasses({ column: 'b', type: 'boolean', distinct: 2, classes: ['false', 'true'], kinds: ['value', 'value'] })
    expect(classFilter(flags, new Set([1]))).toEqual({ op: 'one_of', column: 'b', values: ['true'] })
  })

  it('keep the values without a class of their own by what they are not', () => {
    expect(classFilter(NUMBERS, new Set([1, 2]))).toEqual({
      op: 'not', child: { op: 'one_of', column: 'n', values: ['-1.0', 'inf'], missing: true, nan: true },
    })
  })

  it('come back from every filter they make', () => {
    for (let bits = 1; bits < 63; bits += 1) {
      const chosen = new Set([0, 1, 2, 3, 4, 5].filter((i) => bits & (1 << i)))
      const filter = classFilter(NUMBERS, chosen)
      expect(chosenIn(NUMBERS, filter ? [filter] : [])).toEqual(chosen)
    }
  })

  it('are all free when all are chosen', () => {
    expect(classFilter(NUMBERS, new Set([0, 1, 2, 3, 4, 5]))).toBeNull()
  })
})

const colour = (part: Partial<Colour>): Colour =>
  ({ column: 'c', type: 'text', kind: 'values', labels: [], values: [], counts: [], ...part })

describe('a group of the page\'s colour', () => {
  it('is of its value, of missing values, or of the rest', () => {
    const texts = colour({ labels: ['x', 'other', 'missing'], values: [['x'], null, null] })
    expect([0, 1, 2, 3].map((group) => colourGroupFilter(texts, group))).toEqual([
      { op: 'one_of', column: 'c', values: ['x'] },
      { op: 'not', child: { op: 'one_of', column: 'c', values: ['x'], missing: true } },
      { op: 'missing', column: 'c' },
      null,
    ])
  })

  it('is of a value also when there is no other', () => {
    expect(colourGroupFilter(colour({ labels: ['x'], values: [['x']] }), 0)).toEqual({ op: 'one_of', column: 'c', values: ['x'] })
  })

  it('is a range for a run of numbers, open where the infinities are', () => {
    const runs = colour({
      type: 'number', kind: 'classes', labels: ['a', 'b', 'c', 'NaN'], values: [['0', '1'], ['2', '3'], ['4', '9'], ['nan']],
    })
    expect([0, 1, 2, 3].map((group) => colourGroupFilter(runs, group))).toEqual([
      { op: 'range', column: 'c', min: null, max: '1' }, { op: 'range', column: 'c', min: '2', max: '3' },
      { op: 'range', column: 'c', min: '4', max: null }, { op: 'one_of', column: 'c', values: [], nan: true },
    ])
  })

  it('tells "other", "missing" and "nan" from texts of these names', () => {
    const names = ['other', 'missing', 'nan']
    const texts = colour({ labels: [...names, 'other', 'missing'], values: [...names.map((name) => [name]), null, null] })
    expect(colourGroups(texts).classes.classes.map(({ kind }) => kind)).toEqual(['value', 'value', 'value', 'other', 'missing'])
    expect(colourGroupFilter(texts, 2)).toEqual({ op: 'one_of', column: 'c', values: ['nan'] })
  })
})

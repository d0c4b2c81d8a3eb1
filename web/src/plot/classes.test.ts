import { describe, expect, it } from 'vitest'
import { chosenIn, classFilter, readClasses } from './classes'

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

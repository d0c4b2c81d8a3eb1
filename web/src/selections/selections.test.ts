import { describe, expect, it } from 'vitest'
import { leaves, type Predicate } from '../analysis/state/predicate'
import { find, nameOf, readReference, type Selection } from './references'
import { renewed, ruleInWords } from './rule'

const late = { id: 'late', name: 'Late', versions: [1, 3] } as Selection
const name = (reference: string) => nameOf([late], reference) ?? 'gone'
const empty = { selections: [], combine: 'intersection', models: [], results: 'intersection', filters: null }

describe('references', () => {
  it.each([
    ['late', 'late', null],
    ['late@3', 'late', 3],
    ['late@', 'late@', null],
    ['@3', '@3', null],
    ['a@b@2', 'a@b', 2],
  ])('%s', (text, id, version) => expect(readReference(text)).toEqual({ id, version }))

  it('name a version that is there, and nothing that is gone', () => {
    expect(nameOf([late], 'late')).toBe('Late')
    expect(nameOf([late], 'late@3')).toBe('Late, version 3')
    expect(find([late], 'late@2')).toBeUndefined()
    expect(nameOf([late], 'other')).toBeUndefined()
  })
})

describe('rules in words', () => {
  const range = { op: 'range', id: 'f', column: 'speed', min: '3', max: null }
  it.each<[Record<string, unknown>, string]>([
    [empty, 'all samples'],
    [{ ...empty, filters: range }, 'speed ≥ 3'],
    [{ ...empty, selections: ['late@1', 'late'] }, 'in Late, version 1 and Late'],
    [{ ...empty, models: ['a', 'b'], results: 'union', filters: range }, 'with results of a or b; speed ≥ 3'],
    [{ operation: 'minus', selections: ['late', 'x'] }, 'in Late, not in gone'],
    [{ operation: 'invert', selections: ['late'] }, 'not in Late'],
    [{ operation: 'union', selections: ['late', 'late@3'] }, 'in Late or Late, version 3'],
    [{ listed: 2 }, '2 samples named by id'],
    [{ made_by: 'x' }, 'chosen by a script'],
  ])('%j', (rule, words) => expect(ruleInWords(rule, name)).toBe(words))
})

it('a filter that is added again has ids of its own, and the same meaning', () => {
  const leaf: Predicate = { op: 'selection', selection_id: 'late', id: 'a' }
  const tree: Predicate = { op: 'and', id: 'r', children: [leaf, { op: 'not', id: 'b', child: leaf }] }
  const made = renewed(tree)
  const ids = leaves(made).map((one) => one.id)
  expect(new Set([...ids, 'a', 'b']).size).toBe(4)
  expect(leaves(made).map((one) => ({ ...one, id: 'a' }))).toEqual(leaves(tree))
})

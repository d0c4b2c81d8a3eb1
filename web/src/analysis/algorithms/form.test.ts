import { describe, expect, it } from 'vitest'
import { blank, namesResults, readForm, readList, type Algorithm, type Entries, type Entry, type Input } from './form'

const input = (name: string, change: Partial<Input>): Input => ({
  name,
  description: '',
  type: 'any',
  items: 'any',
  choices: [],
  default: null,
  required: true,
  min: null,
  max: null,
  length_min: null,
  length_max: null,
  filled: null,
  ...change,
})
const algorithm = (...inputs: Input[]): Algorithm => ({
  id: 'a',
  name: 'A',
  description: '',
  tags: [],
  author: null,
  version: null,
  created: null,
  updated: null,
  inputs,
  outputs: [],
  column_names: {},
})

const changed = (entries: Entries, name: string, change: Partial<Entry>): Entries => ({
  ...entries,
  [name]: { ...(entries[name] as Entry), ...change },
})

describe('the form of an algorithm', () => {
  it('begins with the defaults, so that they need not be given', () => {
    const of = algorithm(
      input('trees', { type: 'number', default: 100, required: false }),
      input('scale', { type: 'boolean', default: true, required: false }),
      input('list', { type: 'array', default: [1, 2], required: false }),
    )

    expect(readForm(of, blank(of))).toEqual({
      inputs: { trees: { value: 100 }, scale: { value: true }, list: { value: [1, 2] } },
      fault: null,
    })
  })

  it('says which input is missing, and leaves out what is filled', () => {
    const of = algorithm(
      input('idList', { type: 'array', required: false, filled: 'ids' }),
      input('features', { type: 'columns' }),
    )

    expect(readForm(of, blank(of)).fault).toBe('“Features” is missing.')
    const entries = changed(blank(of), 'features', { columns: ['x', 'y'] })
    expect(readForm(of, entries)).toEqual({ inputs: { features: { columns: ['x', 'y'] } }, fault: null })
  })

  it('takes a column for an array, or values by hand', () => {
    const of = algorithm(input('data', { type: 'array', items: 'number' }))
    const column = changed(blank(of), 'data', { column: 'x' })
    expect(readForm(of, column).inputs).toEqual({ data: { column: 'x' } })
    const list = changed(column, 'data', { by: 'value', text: '1, 2.5,, -3' })
    expect(readForm(of, list).inputs).toEqual({ data: { value: [1, 2.5, null, -3] } })
    expect(readForm(of, changed(list, 'data', { text: '1, two' })).fault).toBe('“two” is not a number.')
  })

  it('keeps an empty text, which is a value', () => {
    const of = algorithm(input('word', { type: 'text', default: '', required: false }))

    expect(readForm(of, blank(of)).inputs).toEqual({ word: { value: '' } })
  })

  it('knows when a model has to be named', () => {
    const isResult = (name: string) => name === 'guess'

    expect(namesResults({ a: { column: 'guess' } }, isResult)).toBe(true)
    expect(namesResults({ a: { columns: ['x', 'guess'] } }, isResult)).toBe(true)
    expect(namesResults({ a: { column: 'x' }, b: { value: 'guess' } }, isResult)).toBe(false)
  })
})

describe('a list by hand', () => {
  it.each([
    ['true, False', 'boolean', [true, false]],
    ['1, a', 'any', [1, 'a']],
    ['1, a', 'text', ['1', 'a']],
    [' ', 'number', []],
  ] as const)('%s as %s', (text, items, values) => {
    expect(readList(text, items)).toEqual({ value: values })
  })
})

import { describe, expect, it } from 'vitest'
import { defaultsOf, fieldsOf, readable, withoutMissingColumns } from './schema_form'

const schema = {
  $defs: { Mode: { enum: ['stacked', 'min_max'], type: 'string', title: 'Mode' } },
  properties: {
    x: { anyOf: [{ type: 'string' }, { type: 'null' }], format: 'column', types: ['number'], title: 'X', default: null },
    columns: { type: 'array', items: { type: 'string' }, format: 'columns', minItems: 2, maxItems: 12, title: 'Columns' },
    bins: { type: 'integer', minimum: 1, maximum: 500, default: 40, title: 'Bin Count', description: 'How many bars.' },
    ratio: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'null' }], title: 'Ratio' },
    mode: { $ref: '#/$defs/Mode', default: 'stacked' },
    order: { enum: ['frequency', 'value'], type: 'string', title: 'Order' },
    absolute: { type: 'boolean', default: false, title: 'Absolute' },
    note: { type: 'string', title: 'Note' },
    x_window: { anyOf: [{ type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }] }, { type: 'null' }] },
    offset: { type: 'integer', advanced: true },
  },
}

describe('the form of a settings schema', () => {
  it('has a field of the right kind for each setting a person can choose', () => {
    expect(fieldsOf(schema).map(({ name, type }) => `${name}:${type}`)).toEqual([
      'x:column', 'columns:columns', 'bins:number', 'ratio:number', 'mode:choice',
      'order:choice', 'absolute:boolean', 'note:text', 'offset:number',
    ])
  })

  it('carries labels, hints, bounds, types and choices', () => {
    const [x, columns, bins, ratio, mode] = fieldsOf(schema)
    expect(x).toMatchObject({ label: 'X', types: ['number'], optional: true })
    expect(columns).toMatchObject({ least: 2, most: 12 })
    expect(bins).toMatchObject({ label: 'Bin count', hint: 'How many bars.', min: 1, max: 500, whole: true, optional: false })
    expect(ratio).toMatchObject({ min: 0, whole: false, optional: true })
    expect(mode).toMatchObject({ options: [{ value: 'stacked', label: 'Stacked' }, { value: 'min_max', label: 'Min max' }] })
  })

  it('sets those apart that are seldom needed', () => {
    expect(fieldsOf(schema).filter((field) => field.advanced).map(({ name }) => name)).toEqual(['offset'])
  })

  it('of a schema without settings is empty', () => {
    expect(fieldsOf({ type: 'object' })).toEqual([])
  })
})

describe('the defaults of a settings schema', () => {
  it('hold for every setting that has one, and lists are empty', () => {
    expect(defaultsOf(schema)).toEqual({
      x: null, columns: [], bins: 40, ratio: null, mode: 'stacked', absolute: false, x_window: null,
    })
  })
})

describe('settings for another project', () => {
  it('lose the columns that are not there and keep the rest', () => {
    const settings = { x: 'gone', columns: ['a', 'lost', 'b'], bins: 7, mode: 'stacked' }
    expect(withoutMissingColumns(schema, settings, new Set(['a', 'b']))).toEqual({
      settings: { columns: ['a', 'b'], bins: 7, mode: 'stacked' },
      missing: ['gone', 'lost'],
    })
  })
})

describe('names of code', () => {
  it('are read as words', () => {
    expect(readable('distance_to_nearest')).toBe('Distance to nearest')
    expect(readable('Ground truth')).toBe('Ground truth')
  })
})

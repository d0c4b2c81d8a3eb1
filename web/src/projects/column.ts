/** How the figures of a column are written. */
import type { Schemas } from '../api/client'
import { count, figure } from '../ui'

export type Column = Schemas['ColumnInfo']

/** The types as people call them, here and at the import. */
export const TYPE_NAMES: Record<Schemas['ColumnType'], string> = {
  number: 'number',
  integer: 'integer',
  text: 'text',
  boolean: 'boolean',
  time: 'date/time',
  array: 'array',
  dict: 'dict',
}

/** A bound from the server's canonical text; integers stay exact. */
export function bound(column: Column, text: string | null | undefined): string {
  if (text === null || text === undefined) return '–'
  if (column.type === 'number') return figure(Number(text))
  if (column.type === 'integer') {
    return text.replace('-', '\u2212').replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
  }
  if (column.type === 'time') return text.replace('T', ' ').replace(/(\.0+)?Z?$/, '').replace(/(:\d\d):00$/, '$1')
  return text
}

/** The mean; that of a time is a time again (the server gives microseconds since the epoch). */
export function mean(column: Column): string {
  if (column.mean === null || column.mean === undefined) return '–'
  if (column.type !== 'time') return figure(column.mean)
  return new Date(column.mean / 1000).toISOString().slice(0, 10)
}

/** What of a column is no ordinary value, in words. */
export function gaps(column: Column, rows: number): string {
  const parts = []
  if (column.missing) parts.push(`${count(column.missing)} missing of ${count(rows)}`)
  if (column.nan) parts.push(`${count(column.nan)} NaN`)
  if (column.inf) parts.push(`${count(column.inf)} infinite`)
  return parts.length > 0 ? parts.join(', ') : 'no value missing'
}

export type ColumnOrder = 'file' | 'name' | 'missing' | 'distinct'

/** The columns that hold every word of `query` in name, type, category, group or model. */
export function found(columns: Column[], query: string): Column[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return columns.filter((column) => {
    const text = [column.name, column.type, column.category, column.group, column.model]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

export function ordered(columns: Column[], order: ColumnOrder): Column[] {
  switch (order) {
    case 'file':
      return columns
    case 'name':
      return [...columns].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    case 'missing':
      return [...columns].sort((a, b) => b.missing + b.nan - (a.missing + a.nan))
    case 'distinct':
      return [...columns].sort((a, b) => (b.distinct ?? 0) - (a.distinct ?? 0))
  }
}

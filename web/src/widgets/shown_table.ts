/** The figures behind a picture as people read them: "view as table" and reports show the same. */
import { figure } from '../ui'
import type { TableData } from './widget'

export interface ShownTable {
  columns: string[]
  rows: string[][]
  /** Which columns hold numbers, also those that came as exact text. */
  numeric: boolean[]
}

const cell = (value: string | number | null): string =>
  typeof value === 'number' ? figure(value, 6) : (value ?? '–')

const isNumber = (value: string | number): boolean =>
  typeof value === 'number' || (value !== '' && Number.isFinite(Number(value)))

export function shownTable({ columns, rows }: TableData): ShownTable {
  const numeric = columns.map((_, at) => {
    const values = rows.map((row) => row[at] ?? null).filter((value) => value !== null)
    return values.length > 0 && values.every(isNumber)
  })
  return { columns, rows: rows.map((row) => row.map(cell)), numeric }
}

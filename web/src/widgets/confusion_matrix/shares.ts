/** Counts of a confusion as shares, and its scores, as people read them. */
import { formatCount, formatShare } from '../../plot/format'
import { arrayOf, numberOf } from '../../plot/measures'
import { countOfCell, type Confusion } from './classes'

export type Shares = 'by_row' | 'by_column' | 'of_all' | 'counts'

/** One matrix of counts with its sums. */
export interface Table {
  counts: number[][]
  rows: number[]
  columns: number[]
  all: number
  largest: number
}

export function tableOf(confusion: Confusion, group: number | null): Table {
  const lines = confusion.classes.map((_, i) => i)
  const counts = lines.map((row) => lines.map((column) => countOfCell(confusion, group, row, column)))
  const rows = counts.map((row) => row.reduce((sum, count) => sum + count, 0))
  const columns = lines.map((column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0))
  return {
    counts, rows, columns,
    all: rows.reduce((sum, count) => sum + count, 0),
    largest: Math.max(1, ...counts.flat()),
  }
}

/** What a cell is a share of. */
export function wholeOf({ rows, columns, all }: Table, shares: Shares, row: number, column: number): number {
  return (shares === 'by_row' ? rows[row] : shares === 'by_column' ? columns[column] : all) ?? 0
}

/** How strong a cell is drawn, 0 to 1: its share, or beside the largest cell of the matrix. */
export function strengthOf(table: Table, shares: Shares, row: number, column: number): number {
  const count = table.counts[row]?.[column] ?? 0
  const whole = shares === 'by_row' || shares === 'by_column' ? wholeOf(table, shares, row, column) : table.largest
  return whole ? count / whole : 0
}

/** The texts of a cell, the first one its figure. */
export function textsOf(table: Table, shares: Shares, row: number, column: number): string[] {
  const count = table.counts[row]?.[column] ?? 0
  if (shares === 'counts') return [formatCount(count)]
  const whole = wholeOf(table, shares, row, column)
  return whole ? [briefShare(count, whole), formatCount(count)] : []
}

/** "97%", "4.3%"; neither nothing nor everything unless it is. */
export function briefShare(count: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * count) / whole
  if (count > 0 && percent < 0.05) return '<0.1%'
  if (count < whole && percent >= 99.5) return percent >= 99.95 ? '>99.9%' : `${percent.toFixed(1)}%`
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : 1)}%`
}

export interface Scores {
  precision: number
  recall: number
  f1: number
  support: number
}

/** The scores of a class; 0 is the matrix of all colours, 1 that of the first one. */
export function scoresOf({ measure, values }: Confusion, matrix: number, place: number): Scores {
  const at = (name: string): number => arrayOf(measure, name)[matrix * values + place] ?? NaN
  return { precision: at('precision'), recall: at('recall'), f1: at('f1'), support: at('support') }
}

export function accuracyOf({ measure }: Confusion, matrix: number): { share: number; scored: number } {
  return {
    share: arrayOf(measure, 'accuracy')[matrix] ?? NaN,
    scored: arrayOf(measure, 'scored')[matrix] ?? numberOf(measure, 'scored'),
  }
}

/** A score as a percentage; "undefined" where it would be a share of nothing. */
export function scoreText(score: number): string {
  return Number.isNaN(score) ? 'undefined' : formatShare(score, 1)
}

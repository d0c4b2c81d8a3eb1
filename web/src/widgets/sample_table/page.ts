/** One page of rows as the server gives it. */
import type { Measure } from '../../api/arrow'

export interface PageColumn {
  name: string
  type: string
  values: (string | null)[]
}

export interface Page {
  total: number
  offset: number
  columns: PageColumn[]
  sample: number[]
  ids: string[]
  model: (string | null)[]
}

/** Reads the page measure; an empty page before the first answer. */
export function readPage(measure: Measure | undefined): Page {
  const meta = (measure?.meta ?? {}) as Partial<Page>
  return {
    total: meta.total ?? 0,
    offset: meta.offset ?? 0,
    columns: meta.columns ?? [],
    sample: meta.sample ?? [],
    ids: meta.ids ?? [],
    model: meta.model ?? [],
  }
}

/** How a column is shown: numbers to the right, shares with a bar, names as tags. */
export interface Look {
  kind: 'number' | 'share' | 'tag' | 'text'
  width: number
}

const SIZES = { least: 56, most: 240, letter: 6.7 }

/** The look of a column, judged by the rows at hand. */
export function lookOf(column: PageColumn, widest: number): Look {
  const kind = kindOf(column)
  const needed = Math.max(column.name.length + 1, widest) * SIZES.letter + 20
  const extra = kind === 'share' ? 34 : kind === 'tag' ? 16 : 0
  return { kind, width: Math.round(Math.min(SIZES.most, Math.max(SIZES.least, needed)) + extra) }
}

function kindOf({ type, values }: PageColumn): Look['kind'] {
  if (type === 'integer') return 'number'
  if (type === 'number') return areShares(values) ? 'share' : 'number'
  if (type === 'boolean') return 'tag'
  if (type !== 'text') return 'text'
  const known = values.filter((value) => value !== null)
  const repeated = new Set(known).size <= Math.max(4, known.length / 4)
  return repeated && known.every((value) => value.length <= 18) ? 'tag' : 'text'
}

function areShares(values: (string | null)[]): boolean {
  const numbers = values.filter((value) => value !== null).map(Number)
  return numbers.some((value) => value % 1 !== 0)
    && numbers.every((value) => Number.isNaN(value) || (value >= 0 && value <= 1))
}

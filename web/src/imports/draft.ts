/** What the import dialog lets a person change, and what is wrong with it. */
import type { Schemas } from '../api/client'
import type { Option } from '../ui'

export type ColumnDraft = Schemas['ColumnDraft']

export const TYPE_OPTIONS: Option[] = [
  { value: 'number', label: 'Number' },
  { value: 'integer', label: 'Integer' },
  { value: 'text', label: 'Text' },
  { value: 'boolean', label: 'Boolean' },
  { value: 'time', label: 'Date/time' },
  { value: 'array', label: 'Array' },
  { value: 'dict', label: 'Dict' },
]

export const CATEGORY_OPTIONS: Option[] = [
  { value: 'context', label: 'Context' },
  { value: 'input', label: 'Input' },
  { value: 'groundtruth', label: 'Ground truth' },
  { value: 'other', label: 'Other' },
]

/** The choice for "the position in the file is the id". */
export const BY_POSITION = ''

/** The first thing that keeps these columns from being imported; null when nothing does. */
export function fault(name: string, idColumn: string, columns: ColumnDraft[]): string | null {
  if (!name.trim()) return 'Give the project a name.'
  const kept = columns.filter((column) => !column.skip || column.name === idColumn)
  if (kept.length === 0) return 'Every column is skipped: keep at least one.'
  const results = new Set<string>()
  for (const column of kept) {
    if (column.model === undefined || column.model === null) continue
    if (!column.model.trim()) return `Name the model whose result “${column.name}” is.`
    const result = `${column.model}\u0000${column.result || column.name}`
    if (results.has(result)) {
      return `Model “${column.model}” has two results named “${column.result || column.name}”.`
    }
    results.add(result)
  }
  return null
}

/** The columns as they are sent: the id column is kept, a result takes its column's name. */
export function finished(columns: ColumnDraft[], idColumn: string): ColumnDraft[] {
  return columns.map((column) => ({
    ...column,
    skip: column.skip && column.name !== idColumn,
    model: column.model?.trim() || null,
    result: column.model?.trim() ? column.result?.trim() || column.name : null,
  }))
}

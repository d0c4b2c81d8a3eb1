/** Columns as the choices of a field: with type, count of values, and why one does not fit. */
import { count, type Option } from '../../ui'
import { iconOfType } from '../../widgets/icons'
import type { ColumnInfo } from '../../widgets/widget'
import type { Facts } from '../facts'

/** What a column holds in two words: "5 values", "0 to 130". */
export function valuesOf(facts: Facts, column: ColumnInfo): string {
  const distinct = facts.profileOf(column.name)?.distinct
  if (distinct === null || distinct === undefined) return column.type
  return `${count(distinct)} ${distinct === 1 ? 'value' : 'values'}`
}

/** Every column, those of other types last and disabled with the reason. */
export function columnOptions(facts: Facts, types: ColumnInfo['type'][] | null): Option[] {
  const fits = (column: ColumnInfo): boolean => types === null || types.includes(column.type)
  const options = facts.columnList.value.map((column) => ({
    value: column.name,
    label: column.name,
    icon: iconOfType(column.type),
    hint: valuesOf(facts, column),
    ...(fits(column) ? {} : { disabled: `Needs ${types?.join(' or ') ?? ''}; this is ${column.type}.` }),
  }))
  return options.toSorted((a, b) => Number('disabled' in a) - Number('disabled' in b))
}

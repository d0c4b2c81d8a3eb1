/** The answer to a confusion, read; and its cells as filters and back. */
import type { Colour, Measure } from '../../api/arrow'
import { colourGroupFilter } from '../../plot/classes'
import { displayText } from '../../plot/format'
import { arrayOf } from '../../plot/measures'
import type { OneOfFilter, WidgetFilter } from '../widget'

export type Side = 'truth' | 'prediction'

/** A class with its canonical texts in either column; `aside` for rows without a class. */
export interface ClassInfo {
  label: string
  type: string
  aside: 'nan' | 'missing' | null
  truth: string[]
  prediction: string[]
}

export interface Confusion {
  truth: string
  prediction: string
  classes: ClassInfo[]
  labels: string[]
  /** The classes before this one are values. */
  values: number
  groups: number
  measure: Measure
}

/** What a person chose: a cell, a line (the other side is null), in one colour or in all. */
export interface Choice {
  truth: number[] | null
  prediction: number[] | null
  group: number | null
}

export function readConfusion(measure: Measure | undefined): Confusion | null {
  if (!measure) return null
  const classes = measure.meta.classes as ClassInfo[]
  const nameOf = (side: Side): string => (measure.meta[side] as { column: string }).column
  return {
    truth: nameOf('truth'),
    prediction: nameOf('prediction'),
    classes,
    labels: classes.map(({ label, type, aside }) => (aside ? label : displayText(label, type) || '“”')),
    values: measure.meta.values as number,
    groups: measure.arrays.counts?.shape[0] ?? 0,
    measure,
  }
}

/** The rows of a cell; of all colours together when the group is null. */
export function countOfCell({ measure, classes, groups }: Confusion, group: number | null, row: number, column: number): number {
  const [size, counts] = [classes.length, arrayOf(measure, 'counts')]
  const at = (g: number): number => counts[(g * size + row) * size + column] ?? 0
  if (group !== null) return at(group)
  let sum = 0
  for (let g = 0; g < groups; g += 1) sum += at(g)
  return sum
}

/** The filter of a class on one side; null when no row of the column can be of it. */
export function classFilter(confusion: Confusion, side: Side, place: number): WidgetFilter | null {
  const found = confusion.classes[place]
  if (!found) return null
  const column = confusion[side]
  if (found.aside === 'missing') return { op: 'missing', column }
  if (found.aside === 'nan') return { op: 'one_of', column, values: [], nan: true }
  return found[side].length ? { op: 'one_of', column, values: found[side] } : null
}

/** The filters of a choice; null when no row can ever be there. */
export function filtersOf(confusion: Confusion, colour: Colour | null, choice: Choice): WidgetFilter[] | null {
  const { truth, prediction, group } = choice
  const wanted = [
    ...(truth ?? []).map((place) => classFilter(confusion, 'truth', place)),
    ...(prediction ?? []).map((place) => classFilter(confusion, 'prediction', place)),
    ...(group !== null && colour ? [colourGroupFilter(colour, group)] : []),
  ]
  return wanted.includes(null) ? null : (wanted as WidgetFilter[])
}

/** The choice that filters stand for; null when there is none, or they mean something else. */
export function choiceOf(confusion: Confusion, colour: Colour | null, filters: WidgetFilter[]): Choice | null {
  const left = [...filters]
  const take = (side: Side): number[] | null => {
    const at = left.findIndex((filter) => filter.op !== 'not' && filter.op !== 'lasso' && filter.column === confusion[side])
    if (at < 0) return null
    const places = placesOf(confusion, side, left[at] as WidgetFilter)
    if (places) left.splice(at, 1)
    return places
  }
  const [truth, prediction] = [take('truth'), take('prediction')]
  if (!truth && !prediction) return null
  const [last] = left
  if (!last) return { truth, prediction, group: null }
  const groups = colour?.labels.map((_, i) => i) ?? []
  const group = groups.find((i) => colour && same(colourGroupFilter(colour, i), last))
  return group === undefined ? null : { truth, prediction, group }
}

function placesOf({ classes }: Confusion, side: Side, filter: WidgetFilter): number[] | null {
  if (filter.op !== 'one_of' && filter.op !== 'missing') return null
  const { values = [], missing = false, nan = false } = filter.op === 'missing'
    ? { missing: true } : filter as OneOfFilter
  return classes.flatMap(({ aside, [side]: texts }, place) => {
    const holds = aside === 'missing' ? missing : aside === 'nan' ? nan
      : texts.some((text) => values.includes(text))
    return holds ? [place] : []
  })
}

function same(one: WidgetFilter | null, other: WidgetFilter): boolean {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) =>
      part && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'id' && key !== 'origin').sort())
        : part)
  return text(one) === text(other)
}

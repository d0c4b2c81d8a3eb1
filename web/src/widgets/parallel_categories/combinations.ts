/** The combinations that a measure gives, with their sizes by colour. */
import type { Measure, TypedArray } from '../../api/arrow'
import { readClasses, type ClassColumn } from '../../plot/classes'
import { arrayOf, numberOf, shapeOf } from '../../plot/measures'

export interface CategoriesSettings {
  columns: string[]
  weight: string | null
  limit: number
}

export interface Combinations {
  columns: ClassColumn[]
  /** How many are drawn, and how many hold selected rows. */
  drawn: number
  total: number
  groups: number
  /** Rows that are selected, those of them that are drawn, and those without a weight. */
  selected: number
  drawnRows: number
  withoutWeight: number
  /** The column whose sums the widths show; null: they show rows. */
  weight: string | null
  classes: TypedArray
  counts: TypedArray
  all: TypedArray
  sizes: TypedArray
  /** By colour and class, the classes of all columns one after the other. */
  classSizes: TypedArray
  classCounts: TypedArray
  classAll: TypedArray
}

/** Reads the measure; null before there is one with columns. */
export function readCombinations(measure: Measure | undefined): Combinations | null {
  const described = measure?.meta.columns as unknown[] | undefined
  if (!described?.length) return null
  const weight = typeof measure?.meta.weight === 'string' ? measure.meta.weight : null
  const [drawn = 0] = shapeOf(measure, 'classes')
  const [groups = 0] = shapeOf(measure, 'class_counts')
  return {
    columns: described.map(readClasses),
    drawn,
    total: numberOf(measure, 'combinations'),
    groups,
    selected: numberOf(measure, 'selected'),
    drawnRows: numberOf(measure, 'drawn'),
    withoutWeight: numberOf(measure, 'without_weight'),
    weight,
    classes: arrayOf(measure, 'classes'),
    counts: arrayOf(measure, 'counts'),
    all: arrayOf(measure, 'all'),
    sizes: arrayOf(measure, weight !== null ? 'weights' : 'counts'),
    classSizes: arrayOf(measure, weight !== null ? 'class_weights' : 'class_counts'),
    classCounts: arrayOf(measure, 'class_counts'),
    classAll: arrayOf(measure, 'class_all'),
  }
}

/** The class of a combination in a column. */
export function classAt({ classes, columns }: Combinations, combination: number, column: number): number {
  return classes[combination * columns.length + column] as number
}

/** The names of a combination's values, from left to right. */
export function namesOf(all: Combinations, combination: number): string[] {
  return all.columns.map(({ classes }, column) => classes[classAt(all, combination, column)]?.name ?? '')
}

/** An entry of an array [colours, width], all colours together. */
export function sumOf(values: TypedArray, groups: number, width: number, at: number): number {
  let sum = 0
  for (let group = 0; group < groups; group += 1) sum += values[group * width + at] as number
  return sum
}

/** Reads a measure's arrays and description by the names that the engine's plan gives them. */
import type { Measure, TypedArray } from '../api/arrow'
import type { Axis } from '../widgets/widget'
import { plainAxis } from './scale'

const NOTHING = new Float64Array(0)

/** An array of a measure; empty when the answer has none of that name. */
export function arrayOf(measure: Measure | undefined, name: string): TypedArray {
  return measure?.arrays[name]?.data ?? NOTHING
}

/** The shape of an array; [] when the answer has none of that name. */
export function shapeOf(measure: Measure | undefined, name: string): number[] {
  return measure?.arrays[name]?.shape ?? []
}

/** An axis described by a measure; a plain one when it is absent. */
export function axisOf(measure: Measure | undefined, name: string): Axis {
  const axis = measure?.meta[name] as Axis | undefined
  return axis ?? plainAxis('', [0, 1])
}

/** A number of the description; 0 when it is absent. */
export function numberOf(measure: Measure | undefined, name: string): number {
  const value = measure?.meta[name]
  return typeof value === 'number' ? value : 0
}

export interface Part {
  all: number
  selected: number
}

/** How many rows have no place in a picture for one reason (`missing`, `nan`, `inf`), or beyond it (`below`, `above`). */
export function partOf(measure: Measure | undefined, name: string): Part {
  const part = measure?.meta[name] as Partial<Part> | undefined
  return { all: part?.all ?? 0, selected: part?.selected ?? 0 }
}

/** The largest number of an array, NaN left out; `floor` when none is larger. */
export function largest(numbers: ArrayLike<number>, floor = 0): number {
  let best = floor
  for (let i = 0; i < numbers.length; i += 1) {
    const value = numbers[i] as number
    if (value > best) best = value
  }
  return best
}

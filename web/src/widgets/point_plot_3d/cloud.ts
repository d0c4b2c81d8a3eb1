/** The points of a measure in the cube from -1 to 1 that they are drawn in. */
import type { Measure } from '../../api/arrow'
import { arrayOf, axisOf } from '../../plot/measures'
import { parseColour } from '../../plot/palette'
import { drawable, Scale } from '../../plot/scale'
import { verticalTicks, type Tick } from '../../plot/ticks'
import type { Axis } from '../widget'

export interface CloudSettings {
  x: string
  y: string
  z: string
  opacity: number
  size_px: number
  limit: number
}

export type Side = 'x' | 'y' | 'z'
export const SIDES: Side[] = ['x', 'y', 'z']
export type Place = [number, number, number]

/** Where a coordinate lies along its axis: -1 to 1. */
export function along(axis: Axis, coordinate: number): number {
  const [low, high] = drawable(axis.domain)
  // Halved, so that a domain over all of float64 does not overflow.
  return ((coordinate / 2 - low / 2) / (high / 2 - low / 2)) * 2 - 1
}

/** A place in the room: x to the right, z upwards, y away from who looks. */
export function placeIn(x: number, y: number, z: number): Place {
  return [x, z, -y]
}

/** Places of all points, three numbers each. */
export function positionsOf(measure: Measure): Float32Array {
  const axes = SIDES.map((side) => axisOf(measure, side))
  const values = SIDES.map((side) => arrayOf(measure, side))
  const n = values[0]?.length ?? 0
  const positions = new Float32Array(3 * n)
  for (let i = 0; i < n; i += 1) {
    const [x = 0, y = 0, z = 0] = axes.map((axis, side) => along(axis, values[side]?.[i] as number))
    positions.set(placeIn(x, y, z), 3 * i)
  }
  return positions
}

/** Red, green and blue of every point, 0 to 1. */
export function coloursOf(measure: Measure, groups: string[], fallback: string): Float32Array {
  const inks = groups.map((colour) => parseColour(colour))
  const other = parseColour(fallback)
  const group = arrayOf(measure, 'colour')
  const colours = new Float32Array(3 * group.length)
  for (let i = 0; i < group.length; i += 1) {
    const ink = inks[group[i] as number] ?? other
    colours.set(ink.map((part) => part / 255), 3 * i)
  }
  return colours
}

// As many ticks as an axis of so many pixels has: they do not change while the cube turns.
const PIXELS = 170

/** A few round values along an axis. */
export function ticksOf(axis: Axis): Tick[] {
  const ticks = verticalTicks(new Scale(axis, [PIXELS, 0]), 84)
  return ticks.filter(({ at }) => Math.abs(along(axis, at)) <= 1.0001)
}

/**
 * Turns counts per cell and colour into pixels: more rows are denser, no colour hides another.
 *
 * Every pixel has exactly one colour of the legend, so that crowds do not turn into hues that the
 * legend lacks. Where colours share a cell, a fixed pattern of thresholds decides which one the
 * cell takes: over a few cells, each colour takes as many as its share of the rows.
 */
import type { TypedArray } from '../api/arrow'
import { largest } from './measures'
import type { Rgb } from './palette'

export interface Density {
  /** Selected rows [colour, row, column]; row 0 is the lowest y. */
  counts: TypedArray
  /** Rows of the scope [row, column]. */
  all: TypedArray
  width: number
  height: number
  groups: number
}

const FAINTEST = 0.42
const GROUND_STRONGEST = 0.85

/** RGBA pixels, top row first, of a width x height image. */
export function mixDensity(
  density: Density,
  colours: Rgb[],
  ground: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const { counts, all, width, height, groups } = density
  const cells = width * height
  const pixels = new Uint8ClampedArray(cells * 4)
  const totals = totalsOf(counts, cells)
  const selected = opacity(largest(totals), FAINTEST, 1)
  const faint = opacity(largest(all), FAINTEST * 0.7, GROUND_STRONGEST)
  for (let cell = 0; cell < cells; cell += 1) {
    const total = totals[cell] as number
    const below = (all[cell] as number | undefined) ?? 0
    if (total === 0 && below === 0) continue
    const row = Math.floor(cell / width)
    const at = ((height - 1 - row) * width + (cell - row * width)) * 4
    if (total === 0) {
      pixels[at] = ground[0]
      pixels[at + 1] = ground[1]
      pixels[at + 2] = ground[2]
      pixels[at + 3] = 255 * faint(below)
      continue
    }
    const wanted = threshold(cell - row * width, row) * total
    let group = 0
    let passed = counts[cell] as number
    while (passed <= wanted && group < groups - 1) {
      group += 1
      passed += counts[group * cells + cell] as number
    }
    const colour = colours[group] ?? ground
    pixels[at] = colour[0]
    pixels[at + 1] = colour[1]
    pixels[at + 2] = colour[2]
    pixels[at + 3] = 255 * selected(total)
  }
  return pixels
}

/** From 0 to below 1, spread evenly over neighbours: the additive sequence of the plastic number. */
function threshold(column: number, row: number): number {
  const value = column * 0.7548776662466927 + row * 0.5698402909980532
  return value - Math.floor(value)
}

/** Opacity by the logarithm of a count, from `least` for one row to `most` for `top` rows. */
function opacity(top: number, least: number, most: number): (count: number) => number {
  // A few crowded cells must not make all others pale.
  const scale = Math.log1p(Math.min(top, 64)) || 1
  return (count) => Math.min(most, least + ((most - least) * Math.log1p(count - 1)) / scale)
}

function totalsOf(counts: TypedArray, cells: number): Float64Array {
  const totals = new Float64Array(cells)
  for (let start = 0; start < counts.length; start += cells) {
    for (let cell = 0; cell < cells; cell += 1) {
      totals[cell] = (totals[cell] as number) + (counts[start + cell] as number)
    }
  }
  return totals
}

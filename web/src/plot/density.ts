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
  // Whole pixels are written, as the machine's order of bytes has them.
  const whole = new Uint32Array(pixels.buffer)
  const totals = totalsOf(counts, cells)
  const inks = Array.from({ length: groups }, (_, group) =>
    inkOf(colours[group] ?? ground, opacities(largest(totals), FAINTEST, 1)))
  const faint = inkOf(ground, opacities(largest(all), FAINTEST * 0.7, GROUND_STRONGEST))
  for (let row = 0; row < height; row += 1) {
    const first = row * width
    const at = (height - 1 - row) * width
    for (let column = 0; column < width; column += 1) {
      const cell = first + column
      const total = totals[cell] as number
      if (total === 0) {
        const below = all[cell] as number | undefined
        if (below) whole[at + column] = faint[Math.min(below, faint.length - 1)] as number
        continue
      }
      const wanted = threshold(column, row) * total
      let group = 0
      let passed = counts[cell] as number
      while (passed <= wanted && group < groups - 1) {
        group += 1
        passed += counts[group * cells + cell] as number
      }
      const ink = inks[group] as Uint32Array
      whole[at + column] = ink[Math.min(total, ink.length - 1)] as number
    }
  }
  return pixels
}

/** From 0 to below 1, spread evenly over neighbours: the additive sequence of the plastic number. */
function threshold(column: number, row: number): number {
  const value = column * 0.7548776662466927 + row * 0.5698402909980532
  return value - Math.floor(value)
}

/**
 * Opacity of each count by its logarithm, from `least` for one row to `most` for `top` rows; the
 * last one holds for all counts beyond.
 */
function opacities(top: number, least: number, most: number): Float64Array {
  // A few crowded cells must not make all others pale.
  const strongest = Math.min(top, 64)
  const scale = Math.log1p(strongest) || 1
  return Float64Array.from({ length: strongest + 2 }, (_, count) =>
    count === 0 ? 0 : Math.min(most, least + ((most - least) * Math.log1p(count - 1)) / scale))
}

/** The pixel of a colour at each opacity. */
function inkOf([red, green, blue]: Rgb, opacity: Float64Array): Uint32Array {
  const bytes = new Uint8ClampedArray(opacity.length * 4)
  opacity.forEach((share, i) => { bytes.set([red, green, blue, 255 * share], i * 4) })
  return new Uint32Array(bytes.buffer)
}

function totalsOf(counts: TypedArray, cells: number): Uint32Array {
  const totals = Uint32Array.from(counts.subarray(0, cells))
  for (let start = cells; start < counts.length; start += cells) {
    for (let cell = 0; cell < cells; cell += 1) {
      totals[cell] = (totals[cell] as number) + (counts[start + cell] as number)
    }
  }
  return totals
}

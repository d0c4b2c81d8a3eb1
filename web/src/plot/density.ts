/** Mixes counts per cell and colour into pixels: more rows are denser, no colour hides another. */
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

const FAINTEST = 0.32
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
    let [red, green, blue] = [0, 0, 0]
    for (let group = 0; group < groups; group += 1) {
      const share = (counts[group * cells + cell] as number) / total
      if (share === 0) continue
      const colour = colours[group] ?? ground
      red += share * colour[0]
      green += share * colour[1]
      blue += share * colour[2]
    }
    pixels[at] = red
    pixels[at + 1] = green
    pixels[at + 2] = blue
    pixels[at + 3] = 255 * selected(total)
  }
  return pixels
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

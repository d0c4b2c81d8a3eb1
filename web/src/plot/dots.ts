/**
 * Paints thousands of dots as pixels. A canvas path of as many arcs takes a browser without a GPU
 * many times as long: it is recorded, replayed and filled on the thread of the page.
 */
import type { Rgb } from './palette'

export interface Pixels {
  data: Uint8ClampedArray
  width: number
  height: number
}

/** The pixels that a dot covers: steps from the pixel of its centre, and how much, 0 to 1. */
interface Cover {
  across: Int8Array
  down: Int8Array
  share: Float32Array
}

/** Dots of one size, by where in its pixel the centre lies. */
export type Stamp = Cover[]

/** Places within a pixel, each way, at which a centre may lie. */
const PLACES = 4

/** The stamp of a radius in pixels. */
export function stampOf(radius: number): Stamp {
  return Array.from({ length: PLACES * PLACES }, (_, place) =>
    coverOf(radius, (place % PLACES + 0.5) / PLACES, (Math.floor(place / PLACES) + 0.5) / PLACES))
}

function coverOf(radius: number, x: number, y: number): Cover {
  const reach = Math.ceil(radius + 1)
  const covered: [number, number, number][] = []
  for (let down = -reach; down <= reach; down += 1) {
    for (let across = -reach; across <= reach; across += 1) {
      const share = Math.min(1, radius + 0.5 - Math.hypot(across + 0.5 - x, down + 0.5 - y))
      if (share > 0) covered.push([across, down, share])
    }
  }
  return {
    across: Int8Array.from(covered, ([across]) => across),
    down: Int8Array.from(covered, ([, down]) => down),
    share: Float32Array.from(covered, ([, , share]) => share),
  }
}

/** Lays a dot over the pixels, its centre at (x, y) pixels from the top left corner. */
export function stampDot(
  { data, width, height }: Pixels,
  stamp: Stamp,
  x: number,
  y: number,
  [red, green, blue]: Rgb,
  opacity: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const place = Math.floor((y - top) * PLACES) * PLACES + Math.floor((x - left) * PLACES)
  const { across, down, share } = stamp[place] as Cover
  for (let i = 0; i < share.length; i += 1) {
    const column = left + (across[i] as number)
    const row = top + (down[i] as number)
    if (column < 0 || column >= width || row < 0 || row >= height) continue
    const at = 4 * (row * width + column)
    const covered = (share[i] as number) * opacity
    const below = (data[at + 3] as number) * (1 - covered)
    const alpha = 255 * covered + below
    const kept = below / alpha
    data[at] = red + ((data[at] as number) - red) * kept
    data[at + 1] = green + ((data[at + 1] as number) - green) * kept
    data[at + 2] = blue + ((data[at + 2] as number) - blue) * kept
    data[at + 3] = alpha
  }
}

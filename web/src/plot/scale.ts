/** Places the coordinates of an axis on pixels, and back. */
import type { Axis } from '../widgets/widget'

export type Interval = [number, number]

/** A linear scale over one axis; `window` is the part that is shown (null: all of it). */
export class Scale {
  readonly domain: Interval

  constructor(
    readonly axis: Axis,
    readonly range: Interval,
    window: Interval | null = null,
  ) {
    this.domain = drawable(window ?? axis.domain)
  }

  /** The pixel of a coordinate. */
  place(coordinate: number): number {
    const [low, high] = this.domain
    const [start, end] = this.range
    return start + ((coordinate - low) / (high - low)) * (end - start)
  }

  /** `place` as numbers for loops: `start + (coordinate - from) * slope`, of `ratio` pixels each. */
  line(ratio = 1): { start: number; from: number; slope: number } {
    const [low, high] = this.domain
    const [start, end] = this.range
    return { start: start * ratio, from: low, slope: ((end - start) * ratio) / (high - low) }
  }

  /** The coordinate of a pixel, kept inside the domain. */
  at(pixel: number): number {
    const [low, high] = this.domain
    const [start, end] = this.range
    if (end === start) return low
    const share = Math.min(1, Math.max(0, (pixel - start) / (end - start)))
    return share === 1 ? high : low + share * (high - low)
  }

  /** How far a step of one pixel goes along the axis; negative where the axis runs against them. */
  get slope(): number {
    return this.perPixel * Math.sign(this.range[1] - this.range[0])
  }

  /** How much of the axis one pixel covers. */
  get perPixel(): number {
    const length = Math.abs(this.range[1] - this.range[0])
    return (this.domain[1] - this.domain[0]) / Math.max(length, 1)
  }
}

/** A domain of some width: a constant or empty column still gets a place to be drawn. */
export function drawable([low, high]: Interval): Interval {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
  if (high > low) return [low, high]
  const margin = low === 0 ? 0.5 : Math.abs(low) * 0.05
  return [low - margin, low + margin]
}

/** An axis of plain numbers that belongs to no column, such as counts. */
export function plainAxis(column: string, domain: Interval): Axis {
  return { column, type: 'number', zoned: false, kind: 'number', domain }
}

/** Zooms a window by `factor` around `centre`, never beyond `outer`; null when nothing is cut. */
export function zoomed(
  window: Interval,
  outer: Interval,
  factor: number,
  centre: number,
): Interval | null {
  const low = Math.max(outer[0], centre - (centre - window[0]) * factor)
  const high = Math.min(outer[1], centre + (window[1] - centre) * factor)
  if (low <= outer[0] && high >= outer[1]) return null
  // Float64 has no more places to tell apart.
  if (!(high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-12)) return window
  return [low, high]
}

/** Moves a window by `distance`, stopping at the ends of `outer`. */
export function panned(window: Interval, outer: Interval, distance: number): Interval {
  const shift = Math.min(outer[1] - window[1], Math.max(outer[0] - window[0], distance))
  return [window[0] + shift, window[1] + shift]
}

/** The interval with its lower end first. */
export function ordered([a, b]: Interval): Interval {
  return a <= b ? [a, b] : [b, a]
}

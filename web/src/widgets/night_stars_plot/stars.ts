/** The stars of a measure, and where their names stand. */
import type { Measure } from '../../api/arrow'
import { textWidth } from '../../plot/elements'
import { arrayOf, axisOf } from '../../plot/measures'
import type { Interval, Scale } from '../../plot/scale'

export interface StarSettings {
  x: string
  y: string
  group_by: string | null
  absolute_x: boolean
  absolute_y: boolean
}

export interface Star {
  group: number
  count: number
  /** Mean and standard deviation; the latter NaN for one row. */
  x: [number, number]
  y: [number, number]
}

/** The stars of groups with rows. */
export function starsOf(measure: Measure): Star[] {
  const read = (name: string, group: number): number => arrayOf(measure, name)[group] as number
  return Array.from(arrayOf(measure, 'count'), (count, group): Star => ({
    group,
    count: Number(count),
    x: [read('x_mean', group), read('x_std', group)],
    y: [read('y_mean', group), read('y_std', group)],
  })).filter(({ count }) => count > 0)
}

/** What x and y of a measure are called; absolute values as such. */
export function titlesOf(measure: Measure): [string, string] {
  const absolute = measure.meta.absolute as { x: boolean; y: boolean }
  const title = (side: 'x' | 'y'): string => {
    const { column } = axisOf(measure, side)
    return absolute[side] ? `|${column}|` : column
  }
  return [title('x'), title('y')]
}

/** From one deviation below a mean to one above it. */
export function reachOf([mean, std]: [number, number]): Interval {
  return Number.isNaN(std) ? [mean, mean] : [mean - std, mean + std]
}

/** What the crosses reach along one side, with a margin. */
export function spanOf(stars: Star[], side: 'x' | 'y'): Interval {
  const ends = stars.flatMap((star) => reachOf(star[side])).filter(Number.isFinite)
  if (ends.length === 0) return [0, 1]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const margin = high > low ? (high - low) * 0.07 : Math.abs(low) * 0.05 || 0.5
  return [low - margin, high + margin]
}

export interface Label {
  star: Star
  text: string
  x: number
  y: number
}

const LINE = 13

/** Names beside their stars, the largest groups first; one without room is left to the tooltip. */
export function labelsOf(stars: Star[], names: string[], x: Scale, y: Scale): Label[] {
  const taken: [number, number, number, number][] = stars.map((star) => {
    const [px, py] = [x.place(star.x[0]), y.place(star.y[0])]
    return [px - 4, py - 4, px + 4, py + 4]
  })
  const [left, right] = x.range
  const [bottom, top] = y.range
  return [...stars].sort((a, b) => b.count - a.count).flatMap((star) => {
    const text = names[star.group] ?? ''
    const width = textWidth(text)
    const [px, py] = [x.place(star.x[0]), y.place(star.y[0])]
    for (const [lx, ly] of [[7, -6], [7, 14], [-7 - width, -6], [-7 - width, 14]] as const) {
      const box: [number, number, number, number] = [px + lx, py + ly - LINE + 3, px + lx + width, py + ly + 3]
      const free = box[0] >= left && box[2] <= right && box[1] >= top && box[3] <= bottom
        && taken.every((other) => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1])
      if (!free) continue
      taken.push(box)
      return [{ star, text, x: px + lx, y: py + ly }]
    }
    return []
  })
}

/** Draws statistics per bin and colour: mean, spread, extremes and quartiles. */
import type { Measure } from '../../api/arrow'
import { svg } from '../../plot/elements'
import type { LegendEntry } from '../../plot/legend'
import { arrayOf } from '../../plot/measures'
import type { Palette } from '../../plot/palette'
import type { Plane } from './layers'

export const FIGURES = ['count', 'mean', 'std', 'min', 'q1', 'median', 'q3', 'max'] as const
export type Figure = (typeof FIGURES)[number]

/** One figure of a bin and colour; NaN where nothing counts. */
export function figureOf(measure: Measure, figure: Figure, group: number, bin: number): number {
  const bins = arrayOf(measure, 'centres').length
  return (arrayOf(measure, figure)[group * bins + bin] as number | undefined) ?? NaN
}

/** The lowest and highest figure drawn; null when every bin is empty. */
export function spanOf(measure: Measure): [number, number] | null {
  let [low, high] = [Infinity, -Infinity]
  for (const value of arrayOf(measure, 'min')) if (value < low) low = value
  for (const value of arrayOf(measure, 'max')) if (value > high) high = value
  return low <= high ? [low, high] : null
}

/** Adds the lines and bands of every colour to `parent`. */
export function drawStatistics(
  parent: SVGGElement,
  measure: Measure,
  { x, y }: Plane,
  palette: Palette,
): void {
  const centres = arrayOf(measure, 'centres')
  palette.groups.forEach((colour, group) => {
    const at = (figure: Figure, bin: number): number => figureOf(measure, figure, group, bin)
    const path = (value: (bin: number) => number): string => {
      let [text, pen] = ['', 'M']
      centres.forEach((centre: number, bin: number) => {
        const height = value(bin)
        if (Number.isNaN(height)) {
          pen = 'M'
          return
        }
        text += `${pen}${x.place(centre).toFixed(1)} ${y.place(height).toFixed(1)}`
        pen = 'L'
      })
      return text
    }
    const line = (value: (bin: number) => number, look: Record<string, string | number>): void => {
      svg('path', { d: path(value), fill: 'none', stroke: colour, ...look }, parent)
    }
    band(parent, measure, { x, y }, group, colour)
    // Several colours at once: what surrounds the means steps back.
    const thin = { 'stroke-width': 1, 'stroke-opacity': palette.groups.length > 1 ? 0.45 : 0.8 }
    line((bin) => at('min', bin), { ...thin, 'stroke-dasharray': '1 3' })
    line((bin) => at('max', bin), { ...thin, 'stroke-dasharray': '1 3' })
    line((bin) => at('mean', bin) - at('std', bin), { ...thin, 'stroke-dasharray': '5 3' })
    line((bin) => at('mean', bin) + at('std', bin), { ...thin, 'stroke-dasharray': '5 3' })
    line((bin) => at('mean', bin), { 'stroke-width': 2, 'stroke-linejoin': 'round' })
    if (centres.length < 60) dots(parent, measure, { x, y }, group, colour)
  })
}

/** The band between the first and the third quartile, piece by piece where bins are empty. */
function band(
  parent: SVGGElement,
  measure: Measure,
  { x, y }: Plane,
  group: number,
  colour: string,
): void {
  const centres = arrayOf(measure, 'centres')
  let [upper, lower]: [string[], string[]] = [[], []]
  const flush = (): void => {
    if (upper.length > 1) {
      const d = `M${[...upper, ...lower.reverse()].join('L')}z`
      svg('path', { d, fill: colour, 'fill-opacity': 0.16 }, parent)
    }
    ;[upper, lower] = [[], []]
  }
  centres.forEach((centre: number, bin: number) => {
    const [q1, q3] = [figureOf(measure, 'q1', group, bin), figureOf(measure, 'q3', group, bin)]
    if (Number.isNaN(q1)) {
      flush()
      return
    }
    const across = x.place(centre).toFixed(1)
    upper.push(`${across} ${y.place(q3).toFixed(1)}`)
    lower.push(`${across} ${y.place(q1).toFixed(1)}`)
  })
  flush()
}

/** A dot for each mean, so that a bin between two empty ones is seen. */
function dots(
  parent: SVGGElement,
  measure: Measure,
  { x, y }: Plane,
  group: number,
  colour: string,
): void {
  arrayOf(measure, 'centres').forEach((centre: number, bin: number) => {
    const mean = figureOf(measure, 'mean', group, bin)
    if (Number.isNaN(mean)) return
    svg('circle', { cx: x.place(centre), cy: y.place(mean), r: 2.2, fill: colour }, parent)
  })
}

/** What the shapes of the statistics mean. */
export function statisticsLegend(colour: string): LegendEntry[] {
  return [
    { name: 'mean', colour, shape: 'line' },
    { name: '1st/3rd quartile', colour, shape: 'band' },
    { name: '±1 std', colour, shape: 'dashed' },
    { name: 'min/max', colour, shape: 'dotted' },
  ]
}

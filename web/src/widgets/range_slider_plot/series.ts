/** The lines of a range slider plot: one per column and colour, left axis first. */
import type { Measure } from '../../api/arrow'
import { arrayOf, axisOf } from '../../plot/measures'
import type { Palette } from '../../plot/palette'
import type { Interval } from '../../plot/scale'

export interface RangeSliderSettings {
  x: string
  y1: string[]
  y2: string[]
  bins: number
  statistic: 'mean' | 'median'
  band: 'none' | 'quartiles' | 'min_max' | 'std'
  x_window: Interval | null
}

export type Side = 'left' | 'right'

export interface Series {
  side: Side
  column: string
  measure: Measure
  group: number
  label: string
  colour: string
  dash: string | null
}

const DASHES = [null, '7 3', '2 3', '9 3 2 3']

/** Every line to draw; with colours the columns differ by their dashes. */
export function seriesOf(
  data: Record<string, Measure>,
  groups: string[],
  palette: Palette,
): Series[] {
  const measured = (['left', 'right'] as const).flatMap((side) => {
    const name = side === 'left' ? 'y1' : 'y2'
    return Object.keys(data).filter((key) => key.startsWith(`${name}_`))
      .map((_, i) => ({ side, measure: data[`${name}_${String(i)}`] }))
  })
  const several = groups.length > 1
  return measured.flatMap(({ side, measure }, place) => {
    if (!measure) return []
    const { column } = axisOf(measure, 'y')
    const own = palette.series[place % palette.series.length] ?? palette.accent
    const dash = several ? DASHES[place % DASHES.length] ?? null : side === 'right' ? '6 4' : null
    return groups.map((group, index) => ({
      side, column, measure, group: index, dash,
      label: several ? `${column} · ${group}` : column,
      colour: several ? palette.groups[index] ?? own : own,
    }))
  })
}

/** A figure of a series in one bin; NaN where it is empty. */
export function valueOf({ measure, group }: Series, figure: string, bin: number): number {
  const bins = arrayOf(measure, 'centres').length
  return (arrayOf(measure, figure)[group * bins + bin] as number | undefined) ?? NaN
}

/** From where to where the band of a series reaches in one bin; null without a band. */
export function bandOf(series: Series, band: RangeSliderSettings['band'], bin: number): Interval | null {
  if (band === 'none') return null
  if (band === 'quartiles') return [valueOf(series, 'q1', bin), valueOf(series, 'q3', bin)]
  if (band === 'min_max') return [valueOf(series, 'min', bin), valueOf(series, 'max', bin)]
  const [mean, std] = [valueOf(series, 'mean', bin), valueOf(series, 'std', bin)]
  return [mean - std, mean + std]
}

/** What the lines of one side reach in the window, with a margin; null when all is empty. */
export function spanOf(
  all: Series[],
  side: Side,
  { statistic, band }: RangeSliderSettings,
  window: Interval,
): Interval | null {
  let [low, high] = [Infinity, -Infinity]
  for (const series of all) {
    if (series.side !== side) continue
    const edges = arrayOf(series.measure, 'edges')
    for (let bin = 0; bin + 1 < edges.length; bin += 1) {
      if ((edges[bin + 1] as number) < window[0] || (edges[bin] as number) > window[1]) continue
      const line = valueOf(series, statistic, bin)
      for (const value of [line, ...(bandOf(series, band, bin) ?? [])]) {
        if (value < low) low = value
        if (value > high) high = value
      }
    }
  }
  if (low > high) return null
  const margin = high > low ? (high - low) * 0.06 : Math.abs(low) * 0.05 || 0.5
  return [low - margin, high + margin]
}

/** The axis that every measure shares along x, as wide as its bins. */
export function alongAxis(measure: Measure): ReturnType<typeof axisOf> {
  const axis = axisOf(measure, 'x')
  const edges = arrayOf(measure, 'edges')
  const [first, last] = [edges[0], edges[edges.length - 1]]
  return first === undefined || last === undefined ? axis
    : { ...axis, domain: [Math.min(axis.domain[0], first), Math.max(axis.domain[1], last)] }
}

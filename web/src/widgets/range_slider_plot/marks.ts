/** Draws lines, bands and the overview of a range slider plot. */
import type { Measure } from '../../api/arrow'
import { readBars, selectedIn } from '../../plot/bars'
import { svg } from '../../plot/elements'
import { arrayOf, largest } from '../../plot/measures'
import type { Palette } from '../../plot/palette'
import type { Scale } from '../../plot/scale'
import { bandOf, valueOf, type RangeSliderSettings, type Series } from './series'

/** One series: its band, its line, and dots where a bin stands alone. */
export function drawSeries(
  parent: SVGGElement,
  series: Series,
  { statistic, band }: RangeSliderSettings,
  x: Scale,
  y: Scale,
): void {
  const centres = Array.from(arrayOf(series.measure, 'centres'))
  const { colour, dash } = series
  let [d, pen] = ['', 'M']
  let [upper, lower]: [string[], string[]] = [[], []]
  const closeBand = (): void => {
    if (upper.length > 1) {
      const area = `M${[...upper, ...lower.reverse()].join('L')}z`
      svg('path', { d: area, fill: colour, 'fill-opacity': 0.14 }, parent)
    }
    ;[upper, lower] = [[], []]
  }
  centres.forEach((centre, bin) => {
    const value = valueOf(series, statistic, bin)
    if (Number.isNaN(value)) {
      closeBand()
      pen = 'M'
      return
    }
    const across = x.place(centre).toFixed(1)
    d += `${pen}${across} ${y.place(value).toFixed(1)}`
    pen = 'L'
    const ends = bandOf(series, band, bin)
    if (ends) {
      lower.push(`${across} ${y.place(ends[0]).toFixed(1)}`)
      upper.push(`${across} ${y.place(ends[1]).toFixed(1)}`)
    }
    if (standsAlone(series, statistic, bin)) {
      svg('circle', { cx: across, cy: y.place(value), r: 2, fill: colour }, parent)
    }
  })
  closeBand()
  svg('path', {
    d, fill: 'none', stroke: colour, 'stroke-width': 1.75, 'stroke-linejoin': 'round',
    'stroke-dasharray': dash,
  }, parent)
}

function standsAlone(series: Series, figure: string, bin: number): boolean {
  return Number.isNaN(valueOf(series, figure, bin - 1)) && Number.isNaN(valueOf(series, figure, bin + 1))
    || arrayOf(series.measure, 'centres').length === 1
}

/** How many rows lie along x: all of them as ground, the selected ones above. */
export function drawOverview(
  parent: SVGGElement,
  histogram: Measure,
  x: Scale,
  top: number,
  bottom: number,
  palette: Palette,
): void {
  const bars = readBars(histogram)
  const { all, edges } = bars
  const most = largest(all, 1)
  const selected = Array.from(all, (_, bin) => selectedIn(bars, bin))
  const outline = (heights: ArrayLike<number>): string => {
    let d = `M${x.place(edges[0] ?? 0).toFixed(1)} ${bottom.toFixed(1)}`
    for (let bin = 0; bin < heights.length; bin += 1) {
      const height = bottom - ((heights[bin] as number) / most) * (bottom - top)
      d += `V${height.toFixed(1)}H${x.place(edges[bin + 1] ?? 0).toFixed(1)}`
    }
    return `${d}V${bottom.toFixed(1)}z`
  }
  svg('path', { d: outline(all), fill: palette.ground, 'fill-opacity': 0.6 }, parent)
  svg('path', { d: outline(selected), fill: palette.muted, 'fill-opacity': 0.55 }, parent)
}

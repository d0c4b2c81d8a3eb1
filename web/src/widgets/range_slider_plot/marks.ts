/** Draws lines and bands of a range slider plot. */
import { svg } from '../../plot/elements'
import { arrayOf } from '../../plot/measures'
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

/** The strip below a plot: how many rows lie along its axis. */
import type { Measure } from '../api/arrow'
import { readBars, selectedIn } from './bars'
import { svg } from './elements'
import { largest } from './measures'
import type { Palette } from './palette'
import type { Scale } from './scale'

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

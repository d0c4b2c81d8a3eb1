/** The colours of a ramp from its lowest to its highest, as a bar with names. */
import { svg, svgText } from './elements'
import { colourAt, hexOf, type Ramp } from './ramps'

const HEIGHT = 8
const STEPS = 32
export const SCALE_BAR_ROOM = 26

/** Draws a bar from `left` to `right` on the line `y`, with names below at shares of it. */
export function drawScaleBar(
  parent: Element,
  ramp: Ramp,
  { left, right, y }: { left: number; right: number; y: number },
  names: [number, string][],
): void {
  const step = (right - left) / STEPS
  for (let i = 0; i < STEPS; i += 1) {
    const fill = hexOf(colourAt(ramp, i / (STEPS - 1)))
    svg('rect', { x: left + i * step, y, width: step, height: HEIGHT, fill, 'shape-rendering': 'crispEdges' }, parent)
  }
  for (const [share, name] of names) {
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
    svgText(parent, name, { class: 'plot-tick', x: left + share * (right - left), y: y + HEIGHT + 11, 'text-anchor': anchor })
  }
}

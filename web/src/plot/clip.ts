/** Cuts a part of a picture off at the edges of its plot area. */
import { svg } from './elements'
import { ordered, type Interval } from './scale'

/** A group in the pixels of the picture that shows nothing outside these pixels. */
export function clipped(picture: Element, across: Interval, down: Interval): SVGGElement {
  const [x, right] = ordered(across)
  const [y, bottom] = ordered(down)
  const inner = svg('svg', {
    x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y), overflow: 'hidden',
  }, picture)
  return svg('g', { transform: `translate(${String(-x)} ${String(-y)})` }, inner)
}

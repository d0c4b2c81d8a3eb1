/** Cuts a part of a picture off at the edges of its plot area. */
import { svg } from './elements'
import { ordered, type Interval } from './scale'

/** A group in the pixels of the picture that shows nothing farther than `over` outside of these. */
export function clipped(picture: Element, across: Interval, down: Interval, over = 0): SVGGElement {
  const [x, right] = widened(across, over)
  const [y, bottom] = widened(down, over)
  const inner = svg('svg', {
    x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y), overflow: 'hidden',
  }, picture)
  return svg('g', { transform: `translate(${String(-x)} ${String(-y)})` }, inner)
}

function widened(ends: Interval, over: number): Interval {
  const [first, last] = ordered(ends)
  return [first - over, last + over]
}

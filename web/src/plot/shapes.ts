/** The box or the lasso on a plane as filters, back, and as an exported range. */
import { boundsOf, intervalFilter, intervalOf } from './bounds'
import type { Box } from './boxBrush'
import type { Polygon } from './lassoBrush'
import type { Interval, Scale } from './scale'
import type { Axis, ExportableRange, WidgetFilter } from '../widgets/widget'

export type Shape = { box: Box } | { lasso: Polygon } | null

/** The filters of a box: one range per axis. */
export function boxFilters(box: Box, x: Scale, y: Scale): WidgetFilter[] {
  return [intervalFilter(x.axis, box.x, x.perPixel), intervalFilter(y.axis, box.y, y.perPixel)]
}

/** The filter of a lasso, its vertices rounded to a tenth of a pixel. */
export function lassoFilter(polygon: Polygon, x: Scale, y: Scale): WidgetFilter {
  const round = (value: number, scale: Scale): number => {
    const decimals = Math.min(12, Math.max(0, Math.ceil(1 - Math.log10(scale.perPixel || 1))))
    return Number(value.toFixed(decimals))
  }
  const points = polygon.map(([px, py]): [number, number] => [round(px, x), round(py, y)])
  return { op: 'lasso', x: x.axis.column, y: y.axis.column, points }
}

/** The shape that filters draw on these axes; a range on one axis alone spans the other. */
export function shapeOf(filters: WidgetFilter[], x: Axis, y: Axis): Shape {
  for (const filter of filters) {
    if (filter.op === 'lasso' && filter.x === x.column && filter.y === y.column) {
      return { lasso: filter.points }
    }
  }
  const [first, ...rest] = filters
  if (!first) return null
  // With one column on both axes the order of the ranges tells them apart.
  const same = x.column === y.column
  const xs = same ? intervalOf(x, first) : firstInterval(filters, x)
  const ys = same && rest[0] ? intervalOf(y, rest[0]) : firstInterval(filters, y)
  if (!xs && !ys) return null
  return { box: { x: xs ?? x.domain, y: ys ?? y.domain } }
}

function firstInterval(filters: WidgetFilter[], axis: Axis): Interval | null {
  for (const filter of filters) {
    const found = intervalOf(axis, filter)
    if (found) return found
  }
  return null
}

/** Whether a point lies inside; the even-odd rule holds for a lasso, edges count for a box. */
export function holds(shape: Shape, px: number, py: number): boolean {
  if (!shape) return true
  if ('box' in shape) {
    const { x, y } = shape.box
    return px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1]
  }
  let inside = false
  const corners = shape.lasso
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [ax, ay] = corners[i] as [number, number]
    const [bx, by] = corners[j] as [number, number]
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** What Export sends: the one box, or why there is none. */
export function exportableBox(filters: WidgetFilter[]): ExportableRange | { reason: string } {
  if (filters.length === 0) return { reason: 'Draw a box on the plot first.' }
  if (filters.some(({ op }) => op === 'lasso')) {
    return { reason: 'A lasso is not a range. Export the selected samples instead.' }
  }
  const [x, y] = filters.map(boundsOf)
  if (filters.length !== 2 || !x || !y) {
    return { reason: 'Exactly one box with four bounds can be exported.' }
  }
  return { kind: 'range2d', x, y }
}

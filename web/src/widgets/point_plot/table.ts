/** The figures behind a point plot as rows. */
import type { Measure } from '../../api/arrow'
import { describeCoordinate } from '../../plot/bounds'
import { formatNumber } from '../../plot/format'
import { arrayOf, shapeOf } from '../../plot/measures'
import type { Interval } from '../../plot/scale'
import type { Axis, TableData } from '../widget'
import { FIGURES, figureOf } from './statistics'

const MOST_ROWS = 5000

/** Every point, when they are drawn one by one. */
export function pointTable(points: Measure, x: Axis, y: Axis, labels: string[]): TableData {
  const [xs, ys, colour] = [arrayOf(points, 'x'), arrayOf(points, 'y'), arrayOf(points, 'colour')]
  const rows = Array.from({ length: Math.min(xs.length, MOST_ROWS) }, (_, i) => [
    describeCoordinate(x, xs[i] as number),
    describeCoordinate(y, ys[i] as number),
    labels[colour[i] as number] ?? '',
  ])
  return { columns: [x.column, y.column, 'colour'], rows }
}

/** Every cell of the raster with selected rows in it. */
export function cellTable(raster: Measure, x: Axis, y: Axis, labels: string[]): TableData {
  const [groups = 0, height = 0, width = 0] = shapeOf(raster, 'counts')
  const counts = arrayOf(raster, 'counts')
  const [xs, ys] = [raster.meta.x_window as Interval, raster.meta.y_window as Interval]
  const middle = ([low, high]: Interval, index: number, size: number): number =>
    low + ((index + 0.5) / size) * (high - low)
  const rows: (string | number)[][] = []
  for (let cell = 0; cell < width * height && rows.length < MOST_ROWS; cell += 1) {
    const own = Array.from({ length: groups }, (_, g) => counts[g * width * height + cell] as number)
    if (own.every((count) => count === 0)) continue
    const row = Math.floor(cell / width)
    rows.push([
      describeCoordinate(x, middle(xs, cell - row * width, width)),
      describeCoordinate(y, middle(ys, row, height)),
      ...own,
    ])
  }
  return { columns: [x.column, y.column, ...labels.map((label) => label || 'rows')], rows }
}

/** Every bin and colour with its statistics. */
export function statisticsTable(stats: Measure, x: Axis, labels: string[]): TableData {
  const edges = arrayOf(stats, 'edges')
  const bins = arrayOf(stats, 'centres').length
  const rows = labels.flatMap((label, group) =>
    Array.from({ length: bins }, (_, bin) => bin)
      .filter((bin) => figureOf(stats, 'count', group, bin) > 0)
      .map((bin) => [
        describeCoordinate(x, edges[bin] as number),
        describeCoordinate(x, edges[bin + 1] as number),
        label,
        ...FIGURES.map((figure) => formatNumber(figureOf(stats, figure, group, bin), 6)),
      ]),
  )
  const figures = FIGURES.map((figure) => NAMES[figure] ?? figure)
  return { columns: ['from', 'to', 'colour', ...figures], rows }
}

export const NAMES: Record<string, string> = { q1: '1st quartile', q3: '3rd quartile' }

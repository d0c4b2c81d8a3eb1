/** What the pointer is over: one point with its id, a cell of the density, or a bin's figures. */
import type { Measure } from '../../api/arrow'
import { describeCoordinate } from '../../plot/bounds'
import type { Point } from '../../plot/drag'
import { formatCount, formatNumber } from '../../plot/format'
import { arrayOf, shapeOf } from '../../plot/measures'
import type { Palette } from '../../plot/palette'
import type { Interval } from '../../plot/scale'
import type { Tooltip, TooltipRow } from '../../plot/tooltip'
import { nearestPoint, type Plane } from './layers'
import { figureOf } from './statistics'
import { NAMES } from './table'

export interface Ground {
  plane: Plane
  raster: Measure | undefined
  /** Only when single points are drawn. */
  points: Measure | null
  stats: Measure | null
  labels: string[]
  palette: Palette
}

const REACH = 10

/** Shows the nearest thing, and the point's id as soon as `idOf` knows it. */
export class Hover {
  private readonly ids = new Map<number, string>()
  private over = -1

  constructor(
    private readonly tooltip: Tooltip,
    private readonly idOf: (sample: number) => Promise<string>,
  ) {}

  at(ground: Ground, point: Point): void {
    const found = ground.points
      ? nearestPoint(ground.points, ground.plane, point.x, point.y, REACH) : -1
    this.over = found
    if (ground.points && found >= 0) this.showPoint(ground, ground.points, found)
    else if (ground.stats && this.showBin(ground, ground.stats, point)) return
    else if (!ground.points && this.showCell(ground, point)) return
    else this.tooltip.hide()
  }

  leave(): void {
    this.over = -1
    this.tooltip.hide()
  }

  private showPoint(ground: Ground, points: Measure, index: number): void {
    const { plane, labels, palette } = ground
    const [x, y] = [arrayOf(points, 'x')[index] as number, arrayOf(points, 'y')[index] as number]
    const group = arrayOf(points, 'colour')[index] as number
    const sample = arrayOf(points, 'sample')[index] as number
    const rows: TooltipRow[] = [
      { name: plane.x.axis.column, value: describeCoordinate(plane.x.axis, x) },
      { name: plane.y.axis.column, value: describeCoordinate(plane.y.axis, y) },
    ]
    const label = labels[group]
    if (label) rows.push({ colour: palette.groups[group] ?? '', name: label, value: '' })
    const models = points.meta.models
    const model = Array.isArray(models) ? (models as string[])[arrayOf(points, 'model')[index] as number] : null
    if (model) rows.push({ name: 'model', value: model })
    const show = (id: string): void => {
      this.tooltip.show(plane.x.place(x), plane.y.place(y), id, rows)
    }
    const known = this.ids.get(sample)
    show(known ?? '…')
    if (known !== undefined) return
    void this.idOf(sample).then((id) => {
      this.ids.set(sample, id)
      if (this.over === index) show(id)
    }, () => {
      // The figures stay without their id; the host shows failed requests elsewhere.
      if (this.over === index) show('')
    })
  }

  private showCell({ plane, raster, labels, palette }: Ground, point: Point): boolean {
    const [groups = 0, height = 0, width = 0] = shapeOf(raster, 'counts')
    if (!raster || width === 0) return false
    const column = cellOf(raster.meta.x_window as Interval, plane.x.at(point.x), width)
    const row = cellOf(raster.meta.y_window as Interval, plane.y.at(point.y), height)
    const cell = row * width + column
    const counts = arrayOf(raster, 'counts')
    const rows: TooltipRow[] = []
    for (let group = 0; group < groups; group += 1) {
      const count = counts[group * width * height + cell] as number | undefined
      if (!count) continue
      const name = labels[group] ?? ''
      rows.push({ colour: palette.groups[group] ?? '', name: name || 'rows', value: formatCount(count) })
    }
    if (rows.length === 0) return false
    const place = [plane.x, plane.y].map((scale, i) =>
      describeCoordinate(scale.axis, scale.at(i ? point.y : point.x), scale.perPixel))
    this.tooltip.show(point.x, point.y, place.join(' · '), rows)
    return true
  }

  private showBin({ plane, labels, palette }: Ground, stats: Measure, point: Point): boolean {
    const at = plane.x.at(point.x)
    const edges = arrayOf(stats, 'edges')
    const bin = edges.findIndex((edge: number, i: number) => i > 0 && at <= edge) - 1
    if (bin < 0) return false
    const rows: TooltipRow[] = []
    labels.forEach((label, group) => {
      const count = figureOf(stats, 'count', group, bin)
      if (!(count > 0)) return
      const colour = palette.groups[group] ?? ''
      if (label) rows.push({ colour, name: label, value: formatCount(count) })
      else rows.push({ name: 'rows', value: formatCount(count) })
      const figures = labels.length === 1
        ? (['mean', 'std', 'min', 'q1', 'median', 'q3', 'max'] as const) : (['mean', 'std'] as const)
      for (const figure of figures) {
        const value = formatNumber(figureOf(stats, figure, group, bin))
        rows.push({ name: NAMES[figure] ?? figure, value })
      }
    })
    if (rows.length === 0) return false
    const ends = [edges[bin], edges[bin + 1]].map((edge) => describeCoordinate(plane.x.axis, edge as number))
    this.tooltip.show(point.x, point.y, ends.join(' – '), rows)
    return true
  }
}

function cellOf([low, high]: Interval, at: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.floor(((at - low) / (high - low)) * size)))
}

/** Draws a 2D density: contours, the counts along both axes, and the box on it. */
import { bottomRoom, drawBottomAxis, drawSideAxis, sideRoom, TITLE_DOWN } from '../../plot/axes'
import { binName, readBars, selectedIn, type Bars } from '../../plot/bars'
import { BeyondNote, roomBetween, titleRoom } from '../../plot/beyond'
import { beyondOf } from '../../plot/beyondPlane'
import { describeCoordinate } from '../../plot/bounds'
import { BoxBrush, type Box } from '../../plot/boxBrush'
import { clipped } from '../../plot/clip'
import { pointOf, type Point } from '../../plot/drag'
import { svg } from '../../plot/elements'
import { countOf, formatCount, formatShare } from '../../plot/format'
import { drawing, Ground } from '../../plot/ground'
import { arrayOf, axisOf, largest, numberOf, shapeOf as shapeOfArray } from '../../plot/measures'
import { colourAt, hexOf, SCALES } from '../../plot/ramps'
import { ordered, Scale, type Interval } from '../../plot/scale'
import { boxFilters, shapeOf } from '../../plot/shapes'
import { PlotView, type Measures } from '../../plot/view'
import type { Axis, TableData, WidgetContext, WidgetInput } from '../widget'
import { contoursOf, type Contour } from './contours'
import { cellOf, cellsPerPlace, sumsOf, totalsOf } from './margin'
import { bandwidth, smoothed } from './smooth'

export interface DensityPlotSettings {
  x: string
  y: string
  levels: number
  scale: keyof typeof SCALES
  reverse: boolean
  shown: 'where_the_rows_are' | 'everything'
  smoothing: number
}

interface Side {
  axis: Axis
  window: Interval
  bars: Bars
}

/** What is worked out once for each answer. */
interface Density {
  made: Measures
  smoothing: number
  width: number
  totals: Float64Array
  density: Float64Array
  x: Side
  y: Side
}

// What the counts along an axis take, and the gap between them and the plot.
const MARGINAL = 32
const GAP = 4

export class DensityPlotView extends PlotView<DensityPlotSettings> {
  private known: Density | null = null
  private plane: { x: Scale; y: Scale } | null = null
  private own: Box | null = null
  private readonly ground: Ground
  private readonly box: BoxBrush
  private readonly note: BeyondNote

  constructor(element: HTMLElement, context: WidgetContext<DensityPlotSettings>) {
    super(element, context, '2D density plot')
    const { brushes, svg: surface, root, tooltip } = this.frame
    this.ground = new Ground(brushes, surface, { role: 'button', 'aria-label': 'Plot area: Enter draws a box' }, {
      press: (from) => drawing(
        this.box.create(from), () => { tooltip.hide() }, () => { if (this.own) this.box.escape() },
      ),
      key: (event) => {
        if (event.key !== 'Enter') return
        this.box.start()
        event.preventDefault()
      },
    })
    this.box = new BoxBrush(brushes, surface, {
      change: (box, phase) => {
        this.own = box
        if (this.plane) this.filter(box ? boxFilters(box, this.plane.x, this.plane.y) : [], phase)
        this.redraw()
      },
      describe: (axis, at) => {
        const scale = this.plane?.[axis]
        return scale ? describeCoordinate(scale.axis, at, scale.perPixel) : ''
      },
    })
    this.note = new BeyondNote(root, 'right', () => { context.setSettings({ shown: 'everything' }) })
    surface.addEventListener('pointermove', (event) => { this.hover(pointOf(event, surface)) })
    surface.addEventListener('pointerleave', () => { tooltip.hide() })
  }

  summary(): string {
    const raster = this.measure('raster')
    if (!raster || !this.input) return ''
    const beyond = beyondOf(raster)
    const outside = numberOf(raster, 'outside') - beyond.rows
    const beside = [
      ...(beyond.rows ? [beyond.text] : []),
      ...(outside ? [`${countOf(outside, 'row')} without a place here`] : []),
    ]
    const levels = countOf(this.input.settings.levels, 'contour')
    return [countOf(numberOf(raster, 'inside'), 'row'), levels, ...beside].join(' · ')
  }

  table(): TableData {
    const { known } = this
    if (!known) return { columns: [], rows: [] }
    const rows = [known.x, known.y].flatMap(({ axis, bars }) =>
      Array.from({ length: bars.bins }, (_, bin) => [axis.column, binName(bars, bin), selectedIn(bars, bin)]))
    return { columns: ['column', 'value', 'rows'], rows }
  }

  escape(): void {
    this.box.escape()
  }

  protected draw(input: WidgetInput<DensityPlotSettings>, data: Measures): void {
    const { frame } = this
    const known = this.read(data, input.settings.smoothing)
    const plane = this.layout(known)
    this.plane = plane
    if (!this.box.dragging) {
      const shape = shapeOf(input.filters, plane.x.axis, plane.y.axis)
      this.own = shape && 'box' in shape ? shape.box : null
    }
    frame.clear()
    const area = clipped(frame.picture, plane.x.range, plane.y.range)
    this.drawCells(area, known)
    this.drawContours(area, known, input)
    this.drawShade(area)
    this.drawMargins(known)
    drawSideAxis(frame.picture, plane.y, plane.x.range[0], { title: known.y.axis.column })
    const room = this.placeNote(plane.x, plane.y)
    drawBottomAxis(frame.picture, plane.x, plane.y.range[0], { title: known.x.axis.column, titleRoom: room })
    this.placeBrush(plane)
  }

  /** The density of an answer; smoothed anew only for another one. */
  private read(data: Measures, smoothing: number): Density {
    if (this.known?.made === data && this.known.smoothing === smoothing) return this.known
    const { raster } = data
    const [groups = 0, height = 0, width = 0] = shapeOfArray(raster, 'counts')
    const totals = totalsOf(arrayOf(raster, 'counts'), groups, width * height)
    const side = (name: 'x' | 'y'): Side => {
      const axis = axisOf(raster, name)
      const window = (raster?.meta[`${name}_window`] as Interval | undefined) ?? axis.domain
      return { axis, window, bars: readBars(data[`${name}_margin`]) }
    }
    const [x, y] = [side('x'), side('y')]
    const sigma = (name: 'x' | 'y', { axis, window }: Side): number => {
      const cells = sumsOf(totals, width, name)
      return bandwidth(cells, { kind: axis.kind, perPlace: cellsPerPlace(axis, window, cells.length) }, smoothing)
    }
    const density = smoothed(totals, width, { x: sigma('x', x), y: sigma('y', y) })
    this.known = { made: data, smoothing, width, totals, density, x, y }
    return this.known
  }

  private layout({ x, y }: Density): { x: Scale; y: Scale } {
    const { width, height } = this.frame
    const vertical = new Scale(y.axis, [height - bottomRoom(true), MARGINAL + GAP + 4], y.window)
    const left = Math.min(sideRoom(vertical, true, 84), width * 0.4)
    const right = Math.max(left + 20, width - MARGINAL - GAP - 10)
    return { x: new Scale(x.axis, [left, right], x.window), y: vertical }
  }

  /** A dot for every cell with rows: what lies below the lowest contour is seen too. */
  private drawCells(area: Element, { totals, width }: Density): void {
    const { plane } = this
    if (!plane || width === 0) return
    const height = totals.length / width
    const [left, right] = plane.x.range
    const [bottom, top] = plane.y.range
    let d = ''
    totals.forEach((rows, cell) => {
      if (rows === 0) return
      const px = left + ((cell % width) + 0.5) * ((right - left) / width)
      const py = bottom - (Math.floor(cell / width) + 0.5) * ((bottom - top) / height)
      d += `M${(px - 1).toFixed(1)} ${(py - 1).toFixed(1)}h2v2h-2z`
    })
    svg('path', { class: 'plot-density-rows', d, fill: this.palette.ground }, area)
  }

  private drawContours(area: Element, known: Density, { settings, theme }: WidgetInput<DensityPlotSettings>): void {
    const { plane } = this
    if (!plane) return
    const [left, right] = plane.x.range
    const [bottom, top] = plane.y.range
    const found = contoursOf(known.density, known.width, settings.levels, (across, up) =>
      [left + across * (right - left), bottom - up * (bottom - top)])
    const steps = SCALES[settings.scale](theme)
    const ramp = settings.reverse ? steps.toReversed() : steps
    const level = (contour: Contour, i: number): void => {
      const fill = hexOf(colourAt(ramp, settings.levels > 1 ? i / (settings.levels - 1) : 1))
      svg('path', { class: 'plot-contour', d: contour.d, fill, stroke: this.palette.card, 'stroke-opacity': 0.35, 'stroke-width': 0.75 }, area)
    }
    found.forEach(level)
  }

  /** Veils what lies outside of the box. */
  private drawShade(area: Element): void {
    const { own, plane } = this
    if (!own || !plane) return
    const ends = (scale: Scale, [low, high]: Interval): [number, number] => [scale.place(low), scale.place(high)]
    const hole = [ends(plane.x, own.x), ends(plane.y, own.y)] as const
    const whole = [plane.x.range, plane.y.range] as const
    const path = ([[x0, x1], [y0, y1]]: readonly [Interval, Interval]): string =>
      `M${String(x0)} ${String(y0)}H${String(x1)}V${String(y1)}H${String(x0)}Z`
    svg('path', { d: path(whole) + path(hole), fill: this.palette.card, 'fill-opacity': 0.6, 'fill-rule': 'evenodd' }, area)
  }

  private drawMargins({ x, y }: Density): void {
    const { plane, palette, frame: { picture } } = this
    if (!plane) return
    const bars = ({ bars: { edges, bins }, bars: its }: Side, scale: Scale, bar: (ends: Interval, length: number) => string): string => {
      const rows = Array.from({ length: bins }, (_, bin) => selectedIn(its, bin))
      const longest = largest(rows, 1)
      const [first, last] = ordered(scale.range)
      return rows.map((count, bin) => {
        const [a, b] = ordered([scale.place(edges[bin] ?? 0), scale.place(edges[bin + 1] ?? 0)])
        const gap = b - a > 4 ? 0.5 : 0
        const ends: Interval = [Math.max(first, a + gap), Math.min(last, b - gap)]
        return count && ends[1] > ends[0] ? bar(ends, Math.max(1, (count / longest) * MARGINAL)) : ''
      }).join('')
    }
    const [bottom, left] = [plane.y.range[1] - GAP, plane.x.range[1] + GAP]
    const look = { fill: palette.muted, 'fill-opacity': 0.7 }
    const above = bars(x, plane.x, ([a, b], length) => `M${n(a)} ${n(bottom)}V${n(bottom - length)}H${n(b)}V${n(bottom)}Z`)
    const beside = bars(y, plane.y, ([a, b], length) => `M${n(left)} ${n(a)}H${n(left + length)}V${n(b)}H${n(left)}Z`)
    svg('path', { class: 'plot-margin-x', d: above, ...look }, picture)
    svg('path', { class: 'plot-margin-y', d: beside, ...look }, picture)
  }

  private placeNote(x: Scale, y: Scale): Interval {
    const { rows, text, detail } = beyondOf(this.measure('raster'))
    const said = rows ? text : null
    const { room, short } = roomBetween(null, said, this.frame.width)
    this.note.place(said, y.range[0] + TITLE_DOWN - 13, short, detail)
    return titleRoom(x.range, room, x.axis.column)
  }

  private placeBrush({ x, y }: { x: Scale; y: Scale }): void {
    this.ground.place(x.range, y.range)
    this.box.place(x, y)
    this.box.set(this.own)
  }

  private hover({ x: px, y: py }: Point): void {
    const { plane, known, frame: { tooltip } } = this
    if (!plane || !known || this.box.dragging) return
    const across = px >= plane.x.range[0] && px <= plane.x.range[1]
    const up = py >= plane.y.range[1] && py <= plane.y.range[0]
    const name = (scale: Scale, at: number): string => describeCoordinate(scale.axis, at, scale.perPixel)
    if (across && up) {
      const [vx, vy] = [plane.x.at(px), plane.y.at(py)]
      const height = known.totals.length / known.width
      const cell = cellOf(vy, known.y.window, height) * known.width + cellOf(vx, known.x.window, known.width)
      const dense = known.density[cell] ?? 0
      tooltip.show(px, py, `${name(plane.x, vx)}, ${name(plane.y, vy)}`, [
        { name: 'rows in this cell', value: formatCount(known.totals[cell] ?? 0) },
        { name: 'of the highest density', value: formatShare(dense, largest(known.density)) },
      ])
      return
    }
    const side = across && py < plane.y.range[1] ? 'x' : up && px > plane.x.range[1] ? 'y' : null
    const scale = side && plane[side]
    const at = side === 'x' ? plane.x.at(px) : plane.y.at(py)
    const bars = side && known[side].bars
    const bin = bars ? bars.edges.findIndex((edge, i) => at >= edge && at <= (bars.edges[i + 1] ?? -Infinity)) : -1
    if (!scale || !bars || bin < 0) {
      tooltip.hide()
      return
    }
    tooltip.show(px, py, `${scale.axis.column}: ${binName(bars, bin)}`, [{ name: 'rows', value: formatCount(selectedIn(bars, bin)) }])
  }
}

function n(value: number): string {
  return value.toFixed(1)
}

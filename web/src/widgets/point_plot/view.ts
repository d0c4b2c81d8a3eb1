/** Draws a point plot: density or single points, statistics, and the box or lasso on it. */
import { bottomRoom, drawBottomAxis, drawSideAxis, sideRoom, TITLE_DOWN } from '../../plot/axes'
import { BeyondNote, roomBetween, titleRoom } from '../../plot/beyond'
import { describeCoordinate } from '../../plot/bounds'
import { BoxBrush } from '../../plot/boxBrush'
import { clipped } from '../../plot/clip'
import { pointOf, type Drag, type Point } from '../../plot/drag'
import { countOf } from '../../plot/format'
import { drawing, Ground, onWheel } from '../../plot/ground'
import { LassoBrush } from '../../plot/lassoBrush'
import { drawLegend, type LegendEntry } from '../../plot/legend'
import { arrayOf, axisOf, numberOf } from '../../plot/measures'
import { groupLabels } from '../../plot/palette'
import { Scale, type Interval } from '../../plot/scale'
import { stripOf } from '../../plot/strip'
import { Toolbar } from '../../plot/toolbar'
import { PlotView, type Measures } from '../../plot/view'
import type { Axis, TableData, WidgetContext, WidgetFilter, WidgetInput } from '../widget'
import { beyondOf } from '../../plot/beyondPlane'
import { Hover } from './hover'
import { DensityLayer, paintGrid, PointLayer, type Plane } from './layers'
import { legendOf } from './legend'
import type { PointPlotSettings } from './settings'
import { boxFilters, lassoFilter, shapeOf, type Shape } from '../../plot/shapes'
import { drawStatistics, spanOf } from './statistics'
import { cellTable, pointTable, statisticsTable } from './table'
import { Zoom } from './windows'

type Tool = 'box' | 'lasso' | 'pan'

const TOOLS_LEFT = 8
// Lines at the ends of an axis are drawn whole.
const LINE = 2
const TOOLS = [
  { value: 'box', shape: 'box', name: 'Draw a box' },
  { value: 'lasso', shape: 'lasso', name: 'Draw a lasso' },
  { value: 'pan', shape: 'pan', name: 'Move the picture' },
] as const

export class PointPlotView extends PlotView<PointPlotSettings> {
  private plane: Plane | null = null
  private shape: Shape = null
  private tool: Tool = 'box'
  private readonly density = new DensityLayer()
  private readonly points = new PointLayer()
  private readonly ground: Ground
  private readonly box: BoxBrush
  private readonly lasso: LassoBrush
  private readonly zoom: Zoom
  private readonly hover: Hover
  private readonly tools: Toolbar
  private readonly resetButton: HTMLButtonElement
  private readonly note: BeyondNote
  private strip = stripOf([], { width: 0, height: 0 }, 0)
  private entries: LegendEntry[] = []

  constructor(element: HTMLElement, context: WidgetContext<PointPlotSettings>) {
    super(element, context, 'Point plot')
    const { brushes, svg: surface, root, tooltip } = this.frame
    this.ground = new Ground(brushes, surface, {
      role: 'button', 'aria-label': 'Plot area: Enter draws, plus and minus zoom, 0 shows all, arrow keys move',
    }, { press: (from) => this.press(from), key: (event) => { this.key(event) } })
    this.box = new BoxBrush(brushes, surface, {
      change: (box, phase) => { this.changed(box && { box }, phase) },
      describe: (axis, at) => this.describe(axis, at),
    })
    this.lasso = new LassoBrush(brushes, surface, {
      change: (polygon, phase) => { this.changed(polygon && { lasso: polygon }, phase) },
      describe: ([x, y]) => `${this.describe('x', x)}, ${this.describe('y', y)}`,
    })
    this.zoom = new Zoom(
      () => { this.redraw() },
      ({ x, y }) => { context.setSettings({ x_window: x, y_window: y }) },
    )
    this.hover = new Hover(tooltip, (sample) => context.detail(sample).then(({ id }) => id))
    this.tools = new Toolbar(root, 'Point plot tools')
    this.tools.choice<Tool>([...TOOLS], (tool) => {
      this.tool = tool
      this.ground.element.style.cursor = tool === 'pan' ? 'grab' : 'crosshair'
      // Only the tool in hand takes hold of its own shape.
      brushes.dataset.tool = tool
    })('box')
    this.tools.action('in', 'Zoom in', () => { this.zoomBy(0.6) })
    this.tools.action('out', 'Zoom out', () => { this.zoomBy(1 / 0.6) })
    const showAll = (): void => { this.zoom.reset() }
    this.resetButton = this.tools.action('reset', 'Show all', showAll)
    this.note = new BeyondNote(root, 'right', showAll)
    this.listen(surface)
  }

  summary(): string {
    const { settings } = this.input ?? {}
    const raster = this.measure('raster')
    if (!settings || !raster) return ''
    const beyond = beyondOf(raster)
    const outside = numberOf(raster, 'outside') - beyond.rows
    const looks = {
      points: this.singles() ? 'points' : 'density raster',
      statistics: `statistics in ${countOf(this.binCount(), 'bin')}`,
      both: `${this.singles() ? 'points' : 'density raster'} and statistics`,
    }
    const beside = [
      ...(beyond.rows ? [beyond.text] : []),
      ...(outside ? [`${countOf(outside, 'row')} without a place here`] : []),
    ]
    return [countOf(numberOf(raster, 'inside'), 'row'), looks[settings.display], ...beside].join(' · ')
  }

  table(): TableData {
    const labels = groupLabels(this.input?.colour ?? null)
    const [raster, stats, points] = [this.measure('raster'), this.measure('stats'), this.singles()]
    if (!raster) return { columns: [], rows: [] }
    const [x, y] = [axisOf(raster, 'x'), axisOf(raster, 'y')]
    if (stats && this.input?.settings.display !== 'points') return statisticsTable(stats, x, labels)
    return points ? pointTable(points, x, y, labels) : cellTable(raster, x, y, labels)
  }

  escape(): void {
    if (this.shape && 'lasso' in this.shape) this.lasso.escape()
    else this.box.escape()
  }

  override destroy(): void {
    this.zoom.stop()
    super.destroy()
  }

  protected draw(input: WidgetInput<PointPlotSettings>, data: Measures): void {
    const { frame, palette } = this
    const raster = data.raster
    if (!raster) return
    const plane = this.layout(input, data)
    this.plane = plane
    if (!this.box.dragging && !this.lasso.dragging) {
      this.shape = shapeOf(input.filters, plane.x.axis, plane.y.axis)
    }
    frame.clear()
    const context = frame.paint()
    const { display, size_px = 3 } = input.settings
    const [stats, points] = [data.stats, this.singles()]
    if (context && display !== 'statistics') {
      paintGrid(context, plane, palette.grid)
      this.density.paint(context, plane, raster, palette, this.shape, points !== null)
      if (points) this.points.paint(context, plane, points, palette, this.shape, size_px)
    }
    this.drawAxes(plane, display === 'statistics')
    if (stats && display !== 'points') {
      drawStatistics(clipped(frame.picture, plane.x.range, plane.y.range, LINE), stats, plane, palette)
    }
    const { right, y, room } = this.strip
    drawLegend(frame.picture, this.entries, right, y, room)
    this.placeBrushes(plane)
  }

  private layout({ settings, colour }: WidgetInput<PointPlotSettings>, data: Measures): Plane {
    const { width, height } = this.frame
    const windows = this.zoom.current(settings)
    const [x, y] = [axisOf(data.raster, 'x'), this.verticalAxis(settings, data)]
    this.entries = legendOf(colour, settings.display !== 'points' && data.stats !== undefined, this.palette)
    this.strip = stripOf(this.entries, this.frame, TOOLS_LEFT + this.tools.width)
    const range: [number, number] = [height - bottomRoom(true), this.strip.height]
    const vertical = new Scale(y, range, windows.y)
    const left = Math.min(sideRoom(vertical, true, 84), width * 0.4)
    return { x: new Scale(x, [left, Math.max(left + 20, width - 14)], windows.x), y: vertical }
  }

  /** Without points, the statistics decide how far the axis reaches. */
  private verticalAxis(settings: PointPlotSettings, data: Measures): Axis {
    const y = axisOf(data.raster, 'y')
    const span = data.stats && settings.display === 'statistics' ? spanOf(data.stats) : null
    if (!span || data.stats?.meta.absolute !== true) return y
    return { ...y, column: `|${y.column}|`, domain: [Math.min(0, span[0]), span[1]] }
  }

  private drawAxes({ x, y }: Plane, grid: boolean): void {
    const { picture } = this.frame
    drawSideAxis(picture, y, x.range[0], { title: y.axis.column, gridTo: grid ? x.range[1] : undefined })
    drawBottomAxis(picture, x, y.range[0], {
      title: x.axis.column, titleRoom: this.placeNote(x, y), gridTo: grid ? y.range[1] : undefined,
    })
  }

  /** The note on the rows beyond the window; returns the room that it leaves to the title of x. */
  private placeNote(x: Scale, y: Scale): Interval {
    const { rows, text, detail } = beyondOf(this.measure('raster'))
    const said = rows ? text : null
    const { room, short } = roomBetween(null, said, this.frame.width)
    this.note.place(said, y.range[0] + TITLE_DOWN - 13, short, detail)
    return titleRoom(x.range, room, x.axis.column)
  }

  private placeBrushes(plane: Plane): void {
    const { x, y } = plane
    this.ground.place(x.range, y.range)
    this.box.place(x, y)
    this.lasso.place(x, y)
    const { shape } = this
    this.box.set(shape && 'box' in shape ? shape.box : null)
    this.lasso.set(shape && 'lasso' in shape ? shape.lasso : null)
    this.tools.place(TOOLS_LEFT, 2)
    const { settings } = this.input ?? {}
    const windows = settings ? this.zoom.current(settings) : { x: null, y: null }
    this.resetButton.disabled = !windows.x && !windows.y
  }

  private listen(surface: SVGSVGElement): void {
    surface.addEventListener('pointermove', (event) => {
      const { plane } = this
      if (!plane || this.box.dragging || this.lasso.dragging) return
      const display = this.input?.settings.display ?? 'points'
      this.hover.at({
        plane,
        raster: display === 'statistics' ? undefined : this.measure('raster'),
        points: display === 'statistics' ? null : this.singles(),
        stats: display === 'points' ? null : this.measure('stats') ?? null,
        labels: groupLabels(this.input?.colour ?? null),
        palette: this.palette,
      }, pointOf(event, surface))
    })
    surface.addEventListener('pointerleave', () => { this.hover.leave() })
    onWheel(surface, (event) => { this.zoomBy(Math.exp(event.deltaY * 0.0022), pointOf(event, surface)) })
  }

  private press(from: Point): Drag | null {
    const { plane } = this
    if (!plane) return null
    if (this.tool === 'pan') {
      return {
        move: (to) => { this.zoom.pan(plane, to.x - from.x, to.y - from.y) },
        end: () => { this.hover.leave() },
      }
    }
    const drag = this.tool === 'box' ? this.box.create(from) : this.lasso.create(from)
    return drawing(drag, () => { this.hover.leave() }, () => { if (this.shape) this.changed(null, 'end') })
  }

  private key(event: KeyboardEvent): void {
    const { plane } = this
    if (!plane || event.ctrlKey || event.metaKey || event.altKey) return
    const step = event.shiftKey ? 200 : 40
    const keys: Record<string, () => void> = {
      Enter: () => { if (this.tool === 'lasso') this.lasso.start(); else this.box.start() },
      '+': () => { this.zoomBy(0.6) },
      '=': () => { this.zoomBy(0.6) },
      '-': () => { this.zoomBy(1 / 0.6) },
      '0': () => { this.zoom.reset() },
      ArrowLeft: () => { this.zoom.pan(plane, step, 0) },
      ArrowRight: () => { this.zoom.pan(plane, -step, 0) },
      ArrowUp: () => { this.zoom.pan(plane, 0, step) },
      ArrowDown: () => { this.zoom.pan(plane, 0, -step) },
    }
    const act = keys[event.key]
    if (!act) return
    act()
    event.preventDefault()
    event.stopPropagation()
  }

  private zoomBy(factor: number, at?: Point): void {
    if (this.plane) this.zoom.by(this.plane, factor, at)
  }

  private changed(shape: Shape, phase: 'move' | 'end'): void {
    const { plane } = this
    if (!plane) return
    this.shape = shape
    this.filter(this.filtersOf(shape, plane), phase)
    this.redraw()
  }

  private filtersOf(shape: Shape, { x, y }: Plane): WidgetFilter[] {
    if (!shape) return []
    const raw = axisOf(this.measure('raster'), 'y')
    // A box over absolute values has no bounds on the values themselves: it keeps those of x.
    if ('box' in shape) {
      const both = boxFilters(shape.box, x, y)
      return y.axis.column === raw.column ? both : both.slice(0, 1)
    }
    return y.axis.column === raw.column ? [lassoFilter(shape.lasso, x, y)] : []
  }

  private describe(axis: 'x' | 'y', at: number): string {
    const scale = this.plane?.[axis]
    return scale ? describeCoordinate(scale.axis, at, scale.perPixel) : ''
  }

  private binCount(): number {
    return arrayOf(this.measure('stats'), 'centres').length
  }

  /** The single points, when all of them came. */
  private singles(): Measures[string] | null {
    const points = this.measure('points')
    return points?.meta.complete === true ? points : null
  }
}

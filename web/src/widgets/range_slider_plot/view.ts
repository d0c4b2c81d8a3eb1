/** Draws a range slider plot: lines along an axis, and an overview with the chosen range. */
import { drawBottomAxis, drawSideAxis, sideRoom } from '../../plot/axes'
import { describeCoordinate, describeRange, intervalFilter, intervalOf } from '../../plot/bounds'
import { clipped } from '../../plot/clip'
import { pointOf } from '../../plot/drag'
import { svg, svgText } from '../../plot/elements'
import { countOf, formatNumber, formatTime } from '../../plot/format'
import { IntervalBrush } from '../../plot/intervalBrush'
import { drawLegend, type LegendEntry } from '../../plot/legend'
import { arrayOf, axisOf } from '../../plot/measures'
import { drawOverview } from '../../plot/overview'
import { groupLabels } from '../../plot/palette'
import { ordered, Scale, type Interval } from '../../plot/scale'
import { stripOf, type Strip } from '../../plot/strip'
import { Toolbar } from '../../plot/toolbar'
import { PlotView, type Measures } from '../../plot/view'
import type { Axis, TableData, WidgetContext, WidgetInput } from '../widget'
import { drawSeries } from './marks'
import { alongAxis, bandOf, seriesOf, spanOf, valueOf, type RangeSliderSettings, type Series, type Side } from './series'

const STRIP = 30
const TOOLS_LEFT = 8
// What lines at the ends of an axis need beyond it to be drawn whole.
const OVER = 2

interface Layout {
  x: Scale
  strip: Scale
  /** What stands above the plot, and where the overview begins. */
  top: Strip
  stripTop: number
  left: Scale | null
  right: Scale | null
}

export class RangeSliderView extends PlotView<RangeSliderSettings> {
  private series: Series[] = []
  private axis: Axis | null = null
  private layout: Layout | null = null
  private readonly main: IntervalBrush
  private readonly strip: IntervalBrush
  private readonly tools: Toolbar
  private readonly closer: HTMLButtonElement
  private readonly whole: HTMLButtonElement
  private readonly cross: SVGLineElement

  constructor(element: HTMLElement, context: WidgetContext<RangeSliderSettings>) {
    super(element, context, 'Range slider plot')
    const { brushes, svg: surface, root } = this.frame
    this.cross = svg('line', { class: 'plot-line', visibility: 'hidden' }, brushes)
    const brush = (label: string): IntervalBrush => new IntervalBrush(brushes, surface, label, 'x', {
      change: (interval, phase) => { this.changed(interval, phase) },
      describe: (at) => (this.axis ? describeCoordinate(this.axis, at, this.layout?.strip.perPixel) : ''),
    })
    this.main = brush('Range')
    this.strip = brush('Range in the overview')
    this.tools = new Toolbar(root, 'Range slider tools')
    this.closer = this.tools.action('in', 'Zoom to the range', () => {
      if (this.strip.value) context.setSettings({ x_window: this.strip.value })
    })
    this.whole = this.tools.action('reset', 'Show all', () => { context.setSettings({ x_window: null }) })
    surface.addEventListener('pointermove', (event) => { this.hover(event) })
    surface.addEventListener('pointerleave', () => { this.leave() })
  }

  summary(): string {
    if (!this.axis) return ''
    const columns = [...new Map(this.series.map(({ measure, column }) => [measure, column])).values()]
    const [filter] = this.input?.filters ?? []
    const range = filter?.op === 'range' ? [describeRange(filter)] : []
    const names = columns.length > 3 ? countOf(columns.length, 'column') : columns.join(', ')
    return [`${names} by ${this.axis.column}`, ...range].join(' · ')
  }

  table(): TableData {
    const { axis, series, input } = this
    const [first] = series
    if (!axis || !first || !input) return { columns: [], rows: [] }
    const { statistic, band } = input.settings
    const edges = arrayOf(first.measure, 'edges')
    const banded = band === 'none' ? [] : [' from', ' to']
    const columns = series.flatMap(({ label }) => [
      `${label} (${statistic})`, ...banded.map((end) => label + end), `${label} (rows)`,
    ])
    const rows = Array.from({ length: Math.max(0, edges.length - 1) }, (_, bin) => [
      ...this.binEnds(axis, edges, bin),
      ...series.flatMap((line) => [
        this.text(line, valueOf(line, statistic, bin)),
        ...(bandOf(line, band, bin) ?? []).map((value) => this.text(line, value)),
        valueOf(line, 'count', bin),
      ]),
    ])
    const ends = axis.kind === 'category' ? [axis.column] : [`${axis.column} from`, 'to']
    return { columns: [...ends, ...columns], rows }
  }

  escape(): void {
    if (this.main.dragging) this.main.escape()
    else this.strip.escape()
  }

  protected draw(input: WidgetInput<RangeSliderSettings>, data: Measures): void {
    const { frame, palette } = this
    const { settings } = input
    this.series = seriesOf(data, groupLabels(input.colour), palette)
    const [first] = this.series
    frame.clear()
    if (!first) {
      frame.say('Choose a column for the left or the right axis in the settings.')
      return
    }
    this.axis = alongAxis(first.measure)
    const layout = this.plan(input, this.axis)
    this.layout = layout
    this.drawAxes(layout)
    const down: Interval = [layout.top.height, layout.stripTop - 24]
    const inside = clipped(frame.picture, layout.x.range, down, OVER)
    for (const line of this.series) {
      const y = line.side === 'left' ? layout.left : layout.right
      if (y) drawSeries(inside, line, settings, layout.x, y)
    }
    this.drawStrip(layout, data)
    const { right, y, room } = layout.top
    drawLegend(frame.picture, this.legend(input), right, y, room)
    this.placeBrushes(layout, input)
  }

  private plan(input: WidgetInput<RangeSliderSettings>, axis: Axis): Layout {
    const { settings } = input
    const { width, height } = this.frame
    const titled = height > 230
    const stripTop = height - STRIP - (titled ? 22 : 6)
    const top = stripOf(this.legend(input), this.frame, TOOLS_LEFT + this.tools.width)
    const range: Interval = [Math.max(top.height + 34, stripTop - 24), top.height]
    const window = settings.x_window ?? axis.domain
    const scaleOf = (side: Side): Scale | null => {
      const line = this.series.find((series) => series.side === side)
      const span = spanOf(this.series, side, settings, window)
      return line && span ? new Scale({ ...axisOf(line.measure, 'y'), domain: span }, range) : null
    }
    const [left, right] = [scaleOf('left'), scaleOf('right')]
    const start = left ? sideRoom(left, this.titleOf('left') !== undefined) : 16
    const end = width - (right ? sideRoom(right, this.titleOf('right') !== undefined) : 14)
    const across: Interval = [start, Math.max(start + 20, end)]
    return {
      x: new Scale(axis, across, settings.x_window), strip: new Scale(axis, across), top, stripTop, left, right,
    }
  }

  /** A side with one column names it on its axis. */
  private titleOf(side: Side): string | undefined {
    const columns = new Set(this.series.filter((line) => line.side === side).map(({ column }) => column))
    return columns.size === 1 && this.frame.height > 180 ? [...columns][0] : undefined
  }

  private drawAxes({ x, left, right, stripTop }: Layout): void {
    const { picture, height } = this.frame
    const [start, end] = x.range
    if (left) drawSideAxis(picture, left, start, { gridTo: end, title: this.titleOf('left') })
    if (right) {
      const gridTo = left ? undefined : start
      drawSideAxis(picture, right, end, { right: true, title: this.titleOf('right'), gridTo })
    }
    drawBottomAxis(picture, x, stripTop - 24, {})
    if (height <= 230) return
    const title = { class: 'plot-axis-title', x: (start + end) / 2, y: height - 5, 'text-anchor': 'middle' }
    svgText(picture, x.axis.column, title, end - start)
  }

  private drawStrip({ strip, stripTop }: Layout, data: Measures): void {
    const { picture } = this.frame
    const [start, end] = strip.range
    svg('rect', {
      class: 'plot-strip', x: start, y: stripTop, width: end - start, height: STRIP, rx: 4,
    }, picture)
    const { overview } = data
    // Frequent values alone, with an "other", do not lie along this axis.
    if (overview && overview.meta.other !== true) {
      drawOverview(svg('g', {}, picture), overview, strip, stripTop + 3, stripTop + STRIP - 1, this.palette)
    }
  }

  private legend({ colour }: WidgetInput<RangeSliderSettings>): LegendEntry[] {
    const { palette, series } = this
    const groups = colour && colour.labels.length > 1
      ? colour.labels.map((name, i) => ({ name, colour: palette.groups[i] ?? palette.accent })) : []
    const seen = new Set<string>()
    const lines: LegendEntry[] = []
    for (const { column, side, dash, colour: own } of series) {
      if (seen.has(side + column)) continue
      seen.add(side + column)
      const name = side === 'right' ? `${column} (right)` : column
      lines.push({ name, colour: groups.length ? palette.muted : own, shape: dash ? 'dashed' : 'line' })
    }
    // One column is named by its axis already.
    const told = lines.length === 1 && this.titleOf(series[0]?.side ?? 'left') !== undefined
    return told ? groups : [...groups, ...lines]
  }

  private placeBrushes(layout: Layout, input: WidgetInput<RangeSliderSettings>): void {
    const { x, top, strip, stripTop } = layout
    this.main.place(x, [top.height - OVER, Math.max(top.height, stripTop - 24)])
    this.strip.place(strip, [stripTop, stripTop + STRIP])
    if (!this.main.dragging && !this.strip.dragging) {
      const found = input.filters.map((filter) => intervalOf(strip.axis, filter)).find(Boolean) ?? null
      this.main.set(found)
      this.strip.set(found)
    }
    this.tools.place(TOOLS_LEFT, 2)
    this.closer.disabled = this.strip.value === null
    this.whole.disabled = !input.settings.x_window
  }

  private changed(interval: Interval | null, phase: 'move' | 'end'): void {
    const { layout } = this
    if (!layout) return
    // Both brushes show the same range; the one that is dragged ignores this.
    this.main.set(interval)
    this.strip.set(interval)
    const scale = this.main.dragging ? layout.x : layout.strip
    this.filter(interval ? [intervalFilter(scale.axis, interval, scale.perPixel)] : [], phase)
    this.closer.disabled = interval === null
  }

  private binEnds(axis: Axis, edges: ArrayLike<number>, bin: number): string[] {
    if (axis.kind === 'category') return [axis.categories?.[bin] ?? '']
    const width = (edges[1] as number) - (edges[0] as number)
    return [bin, bin + 1].map((edge) => describeCoordinate(axis, edges[edge] as number, width))
  }

  private text(line: Series, value: number): string {
    if (Number.isNaN(value)) return '–'
    return axisOf(line.measure, 'y').kind === 'time' ? formatTime(value) : formatNumber(value, 5)
  }

  private leave(): void {
    this.frame.tooltip.hide()
    this.cross.setAttribute('visibility', 'hidden')
  }

  private hover(event: PointerEvent): void {
    const { layout, axis, series, input } = this
    const [first] = series
    if (!layout || !axis || !first || !input || this.main.dragging || this.strip.dragging) return
    const point = pointOf(event, this.frame.svg)
    const [start, end] = ordered(layout.x.range)
    if (point.x < start || point.x > end || point.y > layout.stripTop) {
      this.leave()
      return
    }
    const edges = arrayOf(first.measure, 'edges')
    const at = layout.x.at(point.x)
    const bin = edges.findIndex((edge: number, i: number) => i > 0 && at <= edge) - 1
    if (bin < 0) {
      this.leave()
      return
    }
    const across = layout.x.place(arrayOf(first.measure, 'centres')[bin] as number)
    for (const [name, value] of [['x1', across], ['x2', across], ['y1', layout.top.height - OVER], ['y2', layout.stripTop - 24]] as const) {
      this.cross.setAttribute(name, String(value))
    }
    this.cross.setAttribute('visibility', 'visible')
    const rows = series.map((line) => ({
      colour: line.colour, name: line.label, value: this.text(line, valueOf(line, input.settings.statistic, bin)),
    })).filter(({ value }) => value !== '–')
    this.frame.tooltip.show(point.x, point.y, this.binEnds(axis, edges, bin).join(' – '), rows)
  }
}

/** Draws parallel coordinates: a sample of rows as curves, an axis and a brush per column. */
import { binName, readBars, selectedIn } from '../../plot/bars'
import { describeCoordinate, intervalFilter, intervalOf } from '../../plot/bounds'
import { pointOf } from '../../plot/drag'
import { setText, svg, svgText, textWidth } from '../../plot/elements'
import { formatCount } from '../../plot/format'
import { fit } from '../../plot/frame'
import { IntervalBrush } from '../../plot/intervalBrush'
import { drawLegend } from '../../plot/legend'
import { arrayOf, numberOf } from '../../plot/measures'
import { Pace } from '../../plot/pace'
import { drawable, Scale, type Interval } from '../../plot/scale'
import { verticalTicks } from '../../plot/ticks'
import { PlotView, type Measures } from '../../plot/view'
import type { Axis, TableData, WidgetContext, WidgetFilter, WidgetInput } from '../widget'
import { AxisTitle, moved } from './axisTitle'
import { LinePainter, type Field, type Parts } from './lines'

export interface ParallelSettings {
  columns: string[]
  limit: number
}

const TOP = 34
const BOTTOM = 12
const REACH = 8
// Lines of a draft: without a GPU, painting them is most of what a moved brush costs the browser.
const MOST_DRAFTED = 400

interface AxisPart {
  brush: IntervalBrush
  title: AxisTitle
  interval: Interval | null
}

export class ParallelView extends PlotView<ParallelSettings> {
  private axes: Axis[] = []
  private parts: AxisPart[] = []
  /** The column whose title had the focus when its axis moved. */
  private refocus: string | null = null
  private shifted: { index: number; distance: number } | null = null
  private readonly painter = new LinePainter()
  private readonly pace = new Pace(() => { this.redraw() })
  private drawn = 0
  private readonly ground = document.createElement('canvas')
  private groundKey: unknown[] = []

  constructor(element: HTMLElement, context: WidgetContext<ParallelSettings>) {
    super(element, context, 'Parallel coordinates')
    this.frame.svg.addEventListener('pointermove', (event) => { this.hover(event) })
    this.frame.svg.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const lines = this.measure('lines')
    if (!lines) return ''
    const colour = this.input?.colour
    const drawn = `${formatCount(this.drawn)} of ${formatCount(numberOf(lines, 'selected'))} rows drawn`
    const by = colour ? [`coloured by ${colour.column}`] : []
    return [`${String(this.axes.length)} columns`, ...by, drawn].join(' · ')
  }

  /** The exact counts along every axis: the picture shows a sample. */
  table(): TableData {
    const rows = this.axes.flatMap((axis, index) => {
      const bars = readBars(this.measure(`axis_${String(index)}`))
      return Array.from({ length: bars.bins }, (_, bin) => [
        axis.column, binName(bars, bin), bars.all[bin] as number, selectedIn(bars, bin),
      ])
    })
    return { columns: ['column', 'values', 'all', 'selected'], rows }
  }

  escape(): void {
    const dragged = this.parts.find(({ brush }) => brush.dragging)
    if (dragged) dragged.brush.escape()
    else if (this.parts.some(({ interval }) => interval)) {
      for (const part of this.parts) this.setPart(part, null)
      this.send('end')
    }
  }

  override image(format: 'png' | 'svg'): Promise<Blob> {
    this.painter.finish()
    return super.image(format)
  }

  override destroy(): void {
    this.pace.stop()
    this.painter.stop()
    super.destroy()
  }

  protected draw(input: WidgetInput<ParallelSettings>, data: Measures): void {
    const { frame } = this
    const axes = (data.lines?.meta.axes ?? []) as Axis[]
    const same = axes.length === this.parts.length
      && axes.every(({ column }, i) => column === this.axes[i]?.column)
    this.axes = axes
    if (!same) this.remake()
    frame.clear()
    if (axes.length === 0) {
      frame.say('Choose columns for the axes in the settings.')
      return
    }
    const dragging = this.parts.some(({ brush }) => brush.dragging)
    if (!dragging) this.readFilters(input.filters)
    // Any beginning of the sample is a sample too.
    const most = this.pace.isDraft() ? MOST_DRAFTED : Infinity
    this.drawn = Math.min(most, numberOf(data.lines, 'sampled'))
    const field = this.field()
    this.paintLines(field, data)
    axes.forEach((axis, index) => { this.drawAxis(axis, index, field, data) })
    if (input.colour && frame.height > 150) this.drawColours(input)
  }

  private readFilters(filters: WidgetFilter[]): void {
    this.parts.forEach((part, index) => {
      const axis = this.axes[index]
      const found = axis && filters.map((filter) => intervalOf(axis, filter)).find((one) => one !== null)
      this.setPart(part, found ?? null)
    })
  }

  private setPart(part: AxisPart, interval: Interval | null): void {
    part.interval = interval
    part.brush.set(interval)
  }

  private field(): Field {
    const { width, height } = this.frame
    const count = this.axes.length
    const [start, end] = [Math.min(52, width * 0.12), width - Math.min(44, width * 0.1)]
    const across = this.axes.map((_, i) =>
      count === 1 ? width / 2 : start + (i / (count - 1)) * (end - start))
    const legend = this.input?.colour && height > 150 ? 18 : 0
    return { across, top: TOP + legend, bottom: height - BOTTOM }
  }

  private scaleOf(axis: Axis, { top, bottom }: Field): Scale {
    return new Scale(axis, [bottom, top])
  }

  private paintLines(field: Field, data: Measures): void {
    const { lines } = data
    const { width, height } = this.frame
    this.painter.stop()
    const context = this.frame.paint()
    if (!context || !lines) return
    this.paintGround(field, data)
    context.drawImage(this.ground, 0, 0, width, height)
    const positions = arrayOf(lines, 'positions')
    const strands = { positions, colour: arrayOf(lines, 'colour'), count: this.drawn, parts: this.shares() }
    this.painter.paint(context, field, strands, this.palette)
  }

  /** The ground is kept as a picture: it changes with the data and the size only. */
  private paintGround(field: Field, { lines }: Measures): void {
    const { width, height } = this.frame
    const positions = arrayOf(lines, 'ground')
    const axes = this.axes.map(({ column, domain }) => `${column} ${domain.join()}`).join('\n')
    const ends = [0, 1, 2].map((part) => positions[Math.floor((part / 2) * (positions.length - 1))])
    const key = [positions.length, ...ends, width, height, this.palette.ground, axes, field.top]
    if (key.every((part, i) => Object.is(part, this.groundKey[i]))) return
    this.groundKey = key
    const context = fit(this.ground, width, height)
    if (context) this.painter.ground(context, field, positions, this.palette.ground)
  }

  /** The brushes as shares of their axes, as positions are given. */
  private shares(): Parts {
    return this.parts.map(({ interval }, index) => {
      const axis = this.axes[index]
      if (!interval || !axis) return null
      const [low, high] = drawable(axis.domain)
      return [(interval[0] - low) / (high - low), (interval[1] - low) / (high - low)]
    })
  }

  private drawAxis(axis: Axis, index: number, field: Field, data: Measures): void {
    const { picture, width } = this.frame
    const { top, bottom } = field
    const shift = this.shifted?.index === index ? this.shifted.distance : 0
    const x = (field.across[index] ?? 0) + shift
    const scale = this.scaleOf(axis, field)
    const spacing = this.axes.length > 1 ? (field.across[1] ?? 0) - (field.across[0] ?? 0) : width / 2
    const group = svg('g', { class: 'plot-axis' }, picture)
    this.drawCounts(group, index, x, scale, spacing, data)
    svg('line', { class: 'plot-line plot-parallel-line', x1: x, x2: x, y1: top, y2: bottom }, group)
    const room = index === 0 ? Math.min(x - 8, 96) : Math.min(spacing * 0.45, 96)
    for (const { at, label, full } of verticalTicks(scale, room)) {
      const y = scale.place(at)
      if (y < top - 1 || y > bottom + 1) continue
      svg('line', { class: 'plot-line', x1: x - 4, x2: x, y1: y, y2: y }, group)
      const text = svgText(group, label, { class: 'plot-halo', x: x - 6, y: y + 4, 'text-anchor': 'end' })
      if (full !== label) setText(svg('title', {}, text), full)
    }
    // The outer titles stand further inside when they are long, and leave their neighbours alone.
    const titleRoom = Math.min(spacing - 14, Math.min(x, width - x) + spacing / 2 - 12)
    const half = Math.min(textWidth(axis.column), titleRoom) / 2
    const title = Math.max(half + 4, Math.min(x, width - half - 4))
    this.parts[index]?.title.place(axis.column, title, 15, titleRoom, 'middle')
    this.parts[index]?.brush.place(scale, [x - REACH, x + REACH])
  }

  /** The exact counts beside the axis, since the lines are a sample. */
  private drawCounts(
    parent: Element,
    index: number,
    x: number,
    scale: Scale,
    spacing: number,
    data: Measures,
  ): void {
    const bars = readBars(data[`axis_${String(index)}`])
    if (bars.other || spacing < 70) return
    const selected = Array.from({ length: bars.bins }, (_, bin) => selectedIn(bars, bin))
    const most = Math.max(1, ...selected)
    let d = ''
    selected.forEach((count, bin) => {
      const ends = [bars.edges[bin] ?? 0, bars.edges[bin + 1] ?? 0].map((edge) =>
        Math.max(scale.range[1], Math.min(scale.range[0], scale.place(edge))))
      const [low = 0, high = 0] = ends
      if (count) d += `M${x.toFixed(1)} ${low.toFixed(1)}h${((count / most) * 16 + 1).toFixed(1)}V${(high + 1).toFixed(1)}H${x.toFixed(1)}z`
    })
    svg('path', { class: 'plot-parallel-counts', d }, parent)
  }

  private drawColours({ colour }: WidgetInput<ParallelSettings>): void {
    const entries = (colour?.labels ?? []).map((name, i) => ({
      name, colour: this.palette.groups[i] ?? this.palette.accent,
    }))
    drawLegend(this.frame.picture, entries, this.frame.width - 14, 33, this.frame.width - 28)
  }

  private remake(): void {
    for (const { brush, title } of this.parts) {
      brush.remove()
      title.remove()
    }
    const { brushes, svg: surface } = this.frame
    this.parts = this.axes.map((axis, index) => {
      const part: AxisPart = {
        interval: null,
        title: new AxisTitle(brushes, surface, {
          drag: (distance) => {
            this.shifted = { index, distance }
            this.redraw()
          },
          drop: (distance) => { this.drop(index, distance) },
          shift: (places) => {
            this.refocus = axis.column
            this.reorder(index, index + places)
          },
        }),
        brush: new IntervalBrush(brushes, surface, axis.column, 'y', {
          change: (interval, phase) => {
            part.interval = interval
            this.send(phase)
          },
          describe: (at) => describeCoordinate(this.axes[index] ?? axis, at, this.perPixel(index)),
        }, 'slot'),
      }
      return part
    })
    this.parts[this.axes.findIndex(({ column }) => column === this.refocus)]?.title.focus()
    this.refocus = null
  }

  private perPixel(index: number): number {
    const axis = this.axes[index]
    return axis ? this.scaleOf(axis, this.field()).perPixel : 0
  }

  private send(phase: 'move' | 'end'): void {
    const filters = this.parts.flatMap(({ interval }, index) => {
      const axis = this.axes[index]
      return interval && axis ? [intervalFilter(axis, interval, this.perPixel(index))] : []
    })
    this.filter(filters, phase)
    this.redraw()
  }

  private drop(index: number, distance: number): void {
    this.shifted = null
    const { across } = this.field()
    const spacing = (across[1] ?? 1) - (across[0] ?? 0)
    const places = Math.round(distance / Math.max(spacing, 1))
    if (places) this.reorder(index, index + places)
    else this.redraw()
  }

  private reorder(from: number, to: number): void {
    const target = Math.max(0, Math.min(this.axes.length - 1, to))
    if (target === from) return
    const columns = moved(this.axes.map(({ column }) => column), from, target)
    this.context.setSettings({ columns })
  }

  private hover(event: PointerEvent): void {
    const point = pointOf(event, this.frame.svg)
    const field = this.field()
    const index = field.across.findIndex((x) => Math.abs(x - point.x) <= REACH + 4)
    const axis = this.axes[index]
    if (!axis || point.y < field.top || point.y > field.bottom || this.parts.some(({ brush }) => brush.dragging)) {
      this.frame.tooltip.hide()
      return
    }
    const at = this.scaleOf(axis, field).at(point.y)
    const bars = readBars(this.measure(`axis_${String(index)}`))
    const bin = axis.kind === 'category'
      ? (bars.axis.categories ?? []).indexOf(axis.categories?.[Math.round(at)] ?? '')
      : bars.edges.findIndex((edge, i) => i > 0 && at <= edge) - 1
    if (bin < 0) return
    this.frame.tooltip.show(point.x, point.y, binName(bars, bin), [
      { colour: this.palette.accent, name: 'selected', value: formatCount(selectedIn(bars, bin)) },
      { colour: this.palette.ground, name: 'all', value: formatCount(bars.all[bin] as number) },
    ])
  }
}

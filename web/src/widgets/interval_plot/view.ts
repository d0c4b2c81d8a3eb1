/** Draws an interval plot: values and their intervals along x, and a range to choose. */
import type { Measure } from '../../api/arrow'
import { drawBottomAxis, drawSideAxis, sideRoom } from '../../plot/axes'
import { describeCoordinate, describeRange, intervalFilter, intervalOf } from '../../plot/bounds'
import { clipped } from '../../plot/clip'
import { pointOf } from '../../plot/drag'
import { svg, svgText } from '../../plot/elements'
import { countOf, formatCount, formatNumber, formatTime } from '../../plot/format'
import { IntervalBrush } from '../../plot/intervalBrush'
import { drawLegend, type LegendEntry } from '../../plot/legend'
import { arrayOf, axisOf, numberOf } from '../../plot/measures'
import { drawOverview } from '../../plot/overview'
import { groupLabels } from '../../plot/palette'
import { Scale, type Interval } from '../../plot/scale'
import { PlotView, type Measures } from '../../plot/view'
import type { Axis, TableData, WidgetContext, WidgetInput } from '../widget'
import { drawBand, paintPoints } from './marks'
import { alongAxis, binAt, binsOf, coverageOf, shareText, spanOf, type IntervalSettings } from './reading'

const STRIP = 30
const TOP = 28
// Between the plot and its overview: the ticks of x.
const TICKS = 24

interface Layout {
  x: Scale
  y: Scale
  stripTop: number
  bottom: number
}

export class IntervalView extends PlotView<IntervalSettings> {
  private found: Measure | null = null
  private axis: Axis | null = null
  private layout: Layout | null = null
  private beyond = 0
  private readonly main: IntervalBrush
  private readonly strip: IntervalBrush

  constructor(element: HTMLElement, context: WidgetContext<IntervalSettings>) {
    super(element, context, 'Interval plot')
    const { brushes, svg: surface } = this.frame
    const brush = (label: string): IntervalBrush => new IntervalBrush(brushes, surface, label, 'x', {
      change: (interval, phase) => {
        const { axis, layout } = this
        if (!axis || !layout) return
        // Both brushes show the same range; the one that is dragged ignores this.
        this.main.set(interval)
        this.strip.set(interval)
        this.filter(interval ? [intervalFilter(axis, interval, layout.x.perPixel)] : [], phase)
      },
      describe: (at) => (this.axis ? describeCoordinate(this.axis, at, this.layout?.x.perPixel) : ''),
    })
    this.main = brush('Range')
    this.strip = brush('Range in the overview')
    surface.addEventListener('pointermove', (event) => { this.hover(event) })
    surface.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const { found, input } = this
    if (!found || !input) return ''
    if (axisOf(found, 'lower').column === axisOf(found, 'upper').column) return 'Choose a lower and an upper bound in the settings'
    const coverage = coverageOf(found)
    const lacking = numberOf(found, 'rows') - coverage.judged
    const sampled = numberOf(found, 'sampled')
    const placed = numberOf(found, 'placed')
    const [filter] = input.filters
    return [
      `${shareText(coverage)} inside: ${formatCount(coverage.inside)} of ${countOf(coverage.judged, 'row')}`,
      ...(lacking ? [`${formatCount(lacking)} without value or interval`] : []),
      ...(sampled < placed ? [`points: a sample of ${formatCount(sampled)}`] : []),
      ...(this.beyond ? [`${formatCount(this.beyond)} points beyond the picture`] : []),
      ...(filter?.op === 'range' ? [describeRange(filter)] : []),
    ].join(' · ')
  }

  table(): TableData {
    const { found, axis } = this
    if (!found || !axis) return { columns: [], rows: [] }
    const labels = groupLabels(this.input?.colour ?? null)
    const columns = labels.flatMap((label) =>
      ['rows', 'inside', 'share', 'mean', 'lower (mean)', 'upper (mean)'].map((name) => (label ? `${label}: ${name}` : name)))
    const ends = axis.kind === 'category' ? [axis.column] : [`${axis.column} from`, 'to']
    const rows = Array.from({ length: binsOf(found) }, (_, bin) => [
      ...this.binEnds(bin),
      ...labels.flatMap((_label, group) => {
        const one = binAt(found, group, bin)
        return [one.judged, one.inside, shareText(one), this.text(one.mean), this.text(one.lower), this.text(one.upper)]
      }),
    ])
    return { columns: [...ends, ...columns], rows }
  }

  escape(): void {
    if (this.main.dragging) this.main.escape()
    else this.strip.escape()
  }

  protected draw(input: WidgetInput<IntervalSettings>, data: Measures): void {
    const { frame } = this
    frame.clear()
    this.found = data.intervals ?? null
    const { found } = this
    const groups = groupLabels(input.colour).length
    const span = found && spanOf(found, groups, input.settings.smooth)
    this.beyond = 0
    this.layout = null
    if (!found) {
      frame.say('Choose the columns in the settings.')
      return
    }
    this.axis = alongAxis(found)
    const layout = this.plan(this.axis, { ...axisOf(found, 'y'), domain: span ?? [0, 1] })
    this.layout = layout
    const { x, y, bottom } = layout
    drawSideAxis(frame.picture, y, x.range[0], { gridTo: x.range[1], title: frame.height > 180 ? y.axis.column : undefined })
    drawBottomAxis(frame.picture, x, bottom, {})
    if (input.settings.smooth) {
      const inside = clipped(frame.picture, x.range, [TOP, bottom], 2)
      for (let group = 0; group < groups; group += 1) {
        drawBand(inside, found, group, groups, this.palette.groups[group] ?? this.palette.accent, x, y)
      }
    }
    this.beyond = paintPoints(frame.paint(), found, this.pointColours(input), x, y, !input.settings.smooth, groups)
    this.drawStrip(layout, data)
    drawLegend(frame.picture, this.legend(input, found), frame.width - 14, 13, frame.width - 28)
    this.placeBrushes(layout, input)
  }

  /** Without a colour on the page blue is inside and vermilion outside; with one the shapes alone tell. */
  private pointColours({ colour }: WidgetInput<IntervalSettings>): Parameters<typeof paintPoints>[2] {
    const { palette } = this
    const [inside = palette.accent, outside = palette.accent] = palette.series
    const own = (group: number): string => palette.groups[group] ?? palette.accent
    return colour ? { inside: own, outside: own, bar: palette.muted }
      : { inside: () => inside, outside: () => outside, bar: palette.muted }
  }

  private plan(axis: Axis, valueAxis: Axis): Layout {
    const { width, height } = this.frame
    const stripTop = height - STRIP - (height > 230 ? 22 : 6)
    const bottom = Math.max(TOP + 30, stripTop - TICKS)
    const y = new Scale(valueAxis, [bottom, TOP])
    const start = sideRoom(y, height > 180)
    return { x: new Scale(axis, [start, Math.max(start + 20, width - 14)]), y, stripTop, bottom }
  }

  private drawStrip({ x, stripTop }: Layout, { overview }: Measures): void {
    const { picture, height } = this.frame
    const [start, end] = x.range
    svg('rect', { class: 'plot-strip', x: start, y: stripTop, width: end - start, height: STRIP, rx: 4 }, picture)
    // Frequent values alone, with an "other", do not lie along this axis.
    if (overview && overview.meta.other !== true) {
      drawOverview(svg('g', {}, picture), overview, x, stripTop + 3, stripTop + STRIP - 1, this.palette)
    }
    if (height <= 230) return
    const title = { class: 'plot-axis-title', x: (start + end) / 2, y: height - 5, 'text-anchor': 'middle' }
    svgText(picture, x.axis.column, title, end - start)
  }

  private legend(input: WidgetInput<IntervalSettings>, found: Measure): LegendEntry[] {
    const { palette } = this
    const points = numberOf(found, 'sampled') > 0
    if (input.colour) {
      const groups = input.colour.labels.map((name, group): LegendEntry => ({
        name: `${name} ${shareText(coverageOf(found, group))}`, colour: palette.groups[group] ?? palette.accent,
      }))
      return [...groups, ...(points ? [{ name: 'outside', colour: palette.muted, shape: 'cross' } as const] : [])]
    }
    const { inside, outside } = this.pointColours(input)
    const mean: LegendEntry[] = input.settings.smooth
      ? [{ name: `mean ${axisOf(found, 'y').column}`, colour: palette.accent, shape: 'line' }, { name: 'mean interval', colour: palette.accent, shape: 'band' }]
      : [{ name: 'interval', colour: palette.muted, shape: 'line' }]
    const marks: LegendEntry[] = points ? [
      { name: 'inside', colour: inside(0) }, { name: 'outside', colour: outside(0), shape: 'cross' },
    ] : []
    return [...mean, ...marks]
  }

  private placeBrushes({ x, stripTop, bottom }: Layout, input: WidgetInput<IntervalSettings>): void {
    this.main.place(x, [TOP, bottom])
    this.strip.place(x, [stripTop, stripTop + STRIP])
    if (this.main.dragging || this.strip.dragging) return
    const chosen: Interval | null = input.filters.map((filter) => intervalOf(x.axis, filter)).find(Boolean) ?? null
    this.main.set(chosen)
    this.strip.set(chosen)
  }

  private binEnds(bin: number): string[] {
    const { axis, found } = this
    if (!axis || !found) return []
    if (axis.kind === 'category') return [axis.categories?.[bin] ?? '']
    const edges = arrayOf(found, 'edges')
    const width = (edges[1] as number) - (edges[0] as number)
    return [bin, bin + 1].map((edge) => describeCoordinate(axis, edges[edge] as number, width))
  }

  private text(value: number): string {
    if (Number.isNaN(value)) return '–'
    return this.found && axisOf(this.found, 'y').kind === 'time' ? formatTime(value) : formatNumber(value, 5)
  }

  private hover(event: PointerEvent): void {
    const { layout, found } = this
    const point = pointOf(event, this.frame.svg)
    const edges = found ? arrayOf(found, 'edges') : null
    const at = layout?.x.at(point.x) ?? NaN
    const bin = edges ? edges.findIndex((edge: number, i: number) => i > 0 && at <= edge) - 1 : -1
    const [start, end] = layout?.x.range ?? [0, 0]
    if (!layout || !found || bin < 0 || point.x < start || point.x > end || point.y > layout.stripTop || this.main.dragging || this.strip.dragging) {
      this.frame.tooltip.hide()
      return
    }
    const rows = groupLabels(this.input?.colour ?? null).flatMap((label, group) => {
      const one = binAt(found, group, bin)
      if (!one.judged) return []
      const colour = this.palette.groups[group] ?? ''
      return [
        { colour, name: label ? `${label} inside` : 'inside', value: `${shareText(one)} (${formatCount(one.inside)} of ${formatCount(one.judged)})` },
        ...(label ? [] : [
          { name: 'mean value', value: this.text(one.mean) },
          { name: 'mean interval', value: `${this.text(one.lower)} – ${this.text(one.upper)}` },
        ]),
      ]
    })
    this.frame.tooltip.show(point.x, point.y, this.binEnds(bin).join(' – '), rows)
  }
}

/** Draws a distribution: all rows in grey, the selected ones by colour, and the brush on them. */
import { binName, countIn, readBars, selectedIn, type Bars } from '../../plot/bars'
import { describeCoordinate, intervalFilter, intervalOf } from '../../plot/bounds'
import { drawBottomAxis, drawSideAxis } from '../../plot/axes'
import { svg, svgText } from '../../plot/elements'
import { countOf, formatCount, formatShare } from '../../plot/format'
import { IntervalBrush } from '../../plot/intervalBrush'
import { drawLegend } from '../../plot/legend'
import { groupLabels } from '../../plot/palette'
import { drawable, plainAxis, Scale, type Interval } from '../../plot/scale'
import { PlotView, type Measures } from '../../plot/view'
import { verticalTicks } from '../../plot/ticks'
import type { TableData, WidgetContext, WidgetFilter, WidgetInput } from '../widget'
import { BarKeys } from '../../plot/barKeys'
import { beyondOf, BeyondNotes } from './beyond'
import { choiceOf, filtersOf, noChoice, type Choice } from './choice'
import { extent, type Mode } from './extent'
import { asideBox, layoutOf, percentTicks, type Layout } from './layout'

export interface DistributionSettings {
  column: string
  bins: number
  mode: Mode
  order: 'frequency' | 'value'
  shown: 'where_the_rows_are' | 'everything'
}

const WIDEST_BAR = 160

export class DistributionView extends PlotView<DistributionSettings> {
  private bars: Bars = readBars(undefined)
  private layout: Layout | null = null
  private choice: Choice = noChoice()
  private own: Interval | null = null
  private readonly brush: IntervalBrush
  private readonly keys: BarKeys
  private readonly notes: BeyondNotes

  constructor(element: HTMLElement, context: WidgetContext<DistributionSettings>) {
    super(element, context, 'Distribution')
    this.brush = new IntervalBrush(this.frame.brushes, this.frame.svg, 'Range', 'x', {
      change: (interval, phase) => {
        this.own = interval
        const { axis } = this.bars
        const perPixel = this.layout?.along.perPixel ?? 0
        this.filter(interval ? [intervalFilter(axis, interval, perPixel)] : [], phase)
        this.redraw()
      },
      describe: (at) => describeCoordinate(this.bars.axis, at, this.layout?.along.perPixel),
    })
    this.keys = new BarKeys(this.frame.brushes, (bar) => { this.toggle(bar) })
    this.notes = new BeyondNotes(this.frame.root, () => { context.setSettings({ shown: 'everything' }) })
    this.frame.svg.addEventListener('pointermove', (event) => { this.hover(event) })
    this.frame.svg.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const { axis, bins, asides } = this.bars
    if (!axis.column) return ''
    const noun = axis.kind === 'category' ? 'value' : 'bin'
    const beside = asides.map(({ name, all }) => `${formatCount(all)} ${name}`)
    return [axis.column, countOf(bins, noun), ...beyondOf(this.bars).map(({ text }) => text), ...beside].join(' · ')
  }

  table(): TableData {
    const { bars } = this
    const labels = groupLabels(this.input?.colour ?? null)
    const named = labels.map((label) => (label === '' ? 'selected' : label))
    const rows = Array.from({ length: bars.bins }, (_, bin) => [
      binName(bars, bin),
      bars.all[bin] as number,
      ...named.map((_, group) => countIn(bars, group, bin)),
    ])
    const apart = [...beyondOf(bars), ...bars.asides]
    const beside = apart.map(({ name, all, selected }) => [
      name, all, ...named.map((_, group) => (named.length === 1 && group === 0 ? selected : null)),
    ])
    return { columns: [bars.axis.column, 'all', ...named], rows: [...rows, ...beside] }
  }

  escape(): void {
    if (this.bars.axis.kind === 'category' || this.own === null) this.filter([], 'end')
    this.brush.escape()
  }

  protected draw(input: WidgetInput<DistributionSettings>, data: Measures): void {
    const { frame } = this
    this.bars = readBars(data.histogram)
    const { bars } = this
    if (!this.brush.dragging) this.readFilters(input.filters)
    frame.clear()
    if (bars.bins === 0 && bars.asides.length === 0) {
      frame.say('There is nothing to draw.')
      return
    }
    const layout = layoutOf(bars, this.frame, input.settings.mode, input.colour !== null)
    this.layout = layout
    this.drawAxes(layout, input)
    this.drawBars(layout, input.settings.mode)
    this.drawAsides(layout)
    this.drawColours(input)
    this.placeBrush(layout)
  }

  private readFilters(filters: WidgetFilter[]): void {
    const { axis } = this.bars
    const shown = this.shownValues()
    this.choice = choiceOf(axis.column, filters, shown)
    const interval = axis.kind === 'category' ? null
      : filters.map((filter) => intervalOf(axis, filter)).find((found) => found !== null)
    this.own = interval ?? null
    this.brush.set(this.own)
  }

  private shownValues(): string[] {
    const { axis, other } = this.bars
    const names = axis.categories ?? []
    return other ? names.slice(0, -1) : names
  }

  private drawAxes(layout: Layout, input: WidgetInput<DistributionSettings>): void {
    const { lying, along, value } = layout
    const { picture } = this.frame
    const percent = input.settings.mode === 'percent'
    const title = this.bars.axis.column
    const titleRoom = this.notes.place(this.bars, layout, this.frame.width)
    if (lying) {
      const ticks = percent ? percentTicks() : undefined
      drawBottomAxis(picture, value, along.range[1], { gridTo: along.range[0], title, ticks })
      const names = verticalTicks(along, value.range[0] - 14)
      drawSideAxis(picture, along, value.range[0], { ticks: names })
      return
    }
    const ticks = percent ? percentTicks() : undefined
    drawSideAxis(picture, value, along.range[0], { gridTo: along.range[1], ticks })
    drawBottomAxis(picture, along, value.range[0], { title, titleRoom })
  }

  private drawBars(layout: Layout, mode: Mode): void {
    const { bars, palette } = this
    const { picture } = this.frame
    const path = (bin: number, from: number, to: number): string => this.bar(layout, bin, from, to)
    if (mode !== 'percent') {
      let ground = ''
      for (let bin = 0; bin < bars.bins; bin += 1) ground += path(bin, 0, bars.all[bin] as number)
      svg('path', { d: ground, fill: palette.ground, 'fill-opacity': 0.8 }, picture)
    }
    for (let group = 0; group < bars.groups; group += 1) {
      const parts = { inside: '', outside: '' }
      for (let bin = 0; bin < bars.bins; bin += 1) {
        const [from, to] = extent(bars, mode, group, bin)
        parts[this.chosen(bin) ? 'inside' : 'outside'] += to > from ? path(bin, from, to) : ''
      }
      const fill = palette.groups[group] ?? palette.accent
      const strength = mode === 'overlay' && bars.groups > 1 ? 0.22 : 1
      const stroke = strength < 1 ? fill : null
      svg('path', { d: parts.inside, fill, stroke, 'fill-opacity': strength }, picture)
      svg('path', { d: parts.outside, fill, 'fill-opacity': strength * 0.25 }, picture)
    }
  }

  /** One bar as path data. */
  private bar({ lying, along, value }: Layout, bin: number, from: number, to: number): string {
    const { edges, axis } = this.bars
    const ends = [along.place(edges[bin] ?? 0), along.place(edges[bin + 1] ?? 0)] as const
    const band = Math.abs(ends[1] - ends[0])
    const gap = axis.kind === 'category' ? Math.min(band * 0.2, 8) : Math.min(1.5, band * 0.15)
    const thick = Math.min(WIDEST_BAR, Math.max(0.5, band - gap))
    const start = (ends[0] + ends[1] - thick) / 2
    const [a, b] = [value.place(from), value.place(to)]
    // One row among a million still shows.
    const length = Math.max(Math.abs(b - a), to > from ? 1 : 0)
    return lying
      ? `M${n(a)} ${n(start)}h${n(length)}v${n(thick)}h${n(-length)}z`
      : `M${n(start)} ${n(a)}v${n(-length)}h${n(thick)}v${n(length)}z`
  }

  /** Whether a bin passes this widget's own filter. */
  private chosen(bin: number): boolean {
    const { bars, choice, own } = this
    if (bars.axis.kind === 'category') {
      if (choice.values.size === 0 && !choice.other && !choice.missing) return true
      if (bars.other && bin === bars.bins - 1) return choice.other
      return choice.values.has(bars.axis.categories?.[bin] ?? '')
    }
    if (own) {
      const [low = 0, high = 0] = [bars.edges[bin], bars.edges[bin + 1]]
      return (low + high) / 2 >= own[0] && (low + high) / 2 <= own[1]
    }
    return !choice.missing && !choice.nan
  }

  private drawAsides(layout: Layout): void {
    const { picture } = this.frame
    const { palette, bars, choice } = this
    const { lying, value } = layout
    const none = !this.own && choice.values.size === 0 && !choice.other
      && !choice.missing && !choice.nan
    const limit = Math.max(1, value.axis.domain[1])
    bars.asides.forEach(({ kind, name, all, selected }, i) => {
      const on = none || (kind !== 'inf' && choice[kind])
      const place = asideBox(layout, i)
      const scaled = (count: number): number =>
        (Math.min(count, limit) / limit) * Math.abs(value.range[1] - value.range[0])
      for (const [count, fill] of [[all, palette.ground], [selected, palette.muted]] as const) {
        const length = Math.max(count ? 1.5 : 0, value.axis.domain[1] === 1 && limit === 1
          ? (count / Math.max(all, 1)) * Math.abs(value.range[1] - value.range[0]) : scaled(count))
        const box = lying
          ? { x: value.range[0], y: place.y, width: length, height: place.height }
          : { x: place.x, y: value.range[0] - length, width: place.width, height: length }
        const faint = fill === palette.ground ? 0.8 : on ? 1 : 0.3
        svg('rect', { ...box, fill, 'fill-opacity': faint }, picture)
      }
      const label = lying
        ? { x: value.range[0] - 6, y: place.y + 11, 'text-anchor': 'end' }
        : { x: place.x + place.width / 2, y: value.range[0] + 15, 'text-anchor': 'middle' }
      svgText(picture, name, label)
    })
  }

  private drawColours({ colour }: WidgetInput<DistributionSettings>): void {
    if (!colour) return
    const entries = colour.labels.map((name, i) => ({ name, colour: this.palette.groups[i] ?? '' }))
    drawLegend(this.frame.picture, entries, this.frame.width - 12, 10, this.frame.width - 60)
  }

  private placeBrush(layout: Layout): void {
    const { along, value, lying } = layout
    const { bars } = this
    const category = bars.axis.kind === 'category'
    if (!category) this.brush.place(along, [value.range[1], value.range[0]])
    else this.brush.place(new Scale(plainAxis('', drawable([0, 1])), [-9, -9]), [-9, -9])
    this.brush.hide(category)
    const boxes = category ? Array.from({ length: bars.bins }, (_, bin) => {
      const ends = [along.place(bin - 0.5), along.place(bin + 0.5)] as const
      const [start, size] = [Math.min(...ends), Math.abs(ends[1] - ends[0])]
      const box = lying
        ? { x: 0, y: start, width: value.range[1], height: size }
        : { x: start, y: value.range[1], width: size, height: value.range[0] - value.range[1] }
      return { ...box, bar: bin, name: this.barText(bin), on: !this.isFree() && this.chosen(bin) }
    }) : []
    bars.asides.forEach(({ kind, name, all }, i) => {
      if (kind === 'inf' || (kind === 'nan' && category)) return
      const text = `${name}: ${countOf(all, 'row')}`
      boxes.push({ ...asideBox(layout, i), bar: -1 - i, name: text, on: this.choice[kind] })
    })
    this.keys.place(boxes)
  }

  private isFree(): boolean {
    const { values, other, missing, nan } = this.choice
    return values.size === 0 && !other && !missing && !nan
  }

  private barText(bin: number): string {
    const { bars } = this
    const [selected, all] = [selectedIn(bars, bin), bars.all[bin] as number]
    return `${binName(bars, bin)}: ${formatCount(selected)} of ${countOf(all, 'row')}`
  }

  private toggle(bar: number): void {
    const { bars } = this
    const category = bars.axis.kind === 'category'
    const next: Choice = { ...this.choice, values: new Set(this.choice.values) }
    if (bar < 0) {
      const kind = bars.asides[-1 - bar]?.kind
      if (kind === 'missing' || kind === 'nan') next[kind] = !next[kind]
    } else if (bars.other && bar === bars.bins - 1) {
      next.other = !next.other
    } else {
      const value = bars.axis.categories?.[bar] ?? ''
      if (!next.values.delete(value)) next.values.add(value)
    }
    this.filter(filtersOf(bars.axis.column, next, category ? this.shownValues() : []), 'end')
  }

  private hover(event: PointerEvent): void {
    const { layout, bars } = this
    if (!layout || this.brush.dragging || bars.bins === 0) return
    const box = this.frame.svg.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const pixel = layout.lying ? y : x
    const [start, end] = layout.along.range
    if (pixel < start || pixel > end) {
      this.frame.tooltip.hide()
      return
    }
    const at = layout.along.at(pixel)
    let bin = bars.edges.findIndex((edge) => edge > at) - 1
    if (bin < 0) bin = bars.bins - 1
    const all = bars.all[bin] as number
    const labels = groupLabels(this.input?.colour ?? null)
    const rows = labels.map((label, group) => ({
      colour: this.palette.groups[group] ?? '',
      name: label || 'selected',
      value: formatCount(countIn(bars, group, bin)),
    })).filter((row, _, list) => list.length === 1 || row.value !== '0')
    const share = formatShare(selectedIn(bars, bin), all)
    const total = { colour: this.palette.ground, name: `all (${share} selected)`, value: formatCount(all) }
    this.frame.tooltip.show(x, y, binName(bars, bin), [...rows, total])
  }
}

function n(value: number): string {
  return value.toFixed(1)
}

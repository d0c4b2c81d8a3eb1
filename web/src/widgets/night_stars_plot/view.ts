/** Draws a night stars plot: a cross for each group, at its means, as wide as its spreads. */
import type { Measure } from '../../api/arrow'
import { drawBottomAxis, drawSideAxis, bottomRoom, sideRoom } from '../../plot/axes'
import { BarKeys } from '../../plot/barKeys'
import type { Groups } from '../../plot/classes'
import { pointOf } from '../../plot/drag'
import { svg, svgText } from '../../plot/elements'
import { countOf, formatCount, formatNumber } from '../../plot/format'
import { axisOf, numberOf } from '../../plot/measures'
import { Scale } from '../../plot/scale'
import { PlotView, type Measures } from '../../plot/view'
import type { TableData, WidgetContext, WidgetInput } from '../widget'
import { chosenBy, filtersOf, groupsOf, toggled } from './groups'
import { labelsOf, reachOf, spanOf, starsOf, titlesOf, type Star, type StarSettings } from './stars'

const TOP = 12
const RIGHT = 16
const REACH = 9
// More crosses than this are drawn thin.
const MANY = 12

export class StarView extends PlotView<StarSettings> {
  private found: Measure | null = null
  private stars: Star[] = []
  private groups: Groups | null = null
  private chosen: ReadonlySet<number> = new Set()
  private scales: { x: Scale; y: Scale } | null = null
  private readonly keys: BarKeys

  constructor(element: HTMLElement, context: WidgetContext<StarSettings>) {
    super(element, context, 'Night stars plot')
    this.keys = new BarKeys(this.frame.brushes, (group) => { this.toggle(group) })
    this.frame.svg.addEventListener('pointermove', (event) => { this.hover(event) })
    this.frame.svg.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const { found, groups } = this
    if (!found) return ''
    const [x, y] = titlesOf(found)
    const counted = numberOf(found, 'counted')
    const lacking = numberOf(found, 'selected') - counted
    return [
      `${y} by ${x}`,
      ...(groups ? [`${countOf(this.stars.length, 'group')} of ${groups.classes.column}`] : []),
      `mean ± standard deviation of ${countOf(counted, 'row')}`,
      ...(lacking ? [`${formatCount(lacking)} without both values`] : []),
    ].join(' · ')
  }

  table(): TableData {
    const { found, groups } = this
    if (!found) return { columns: [], rows: [] }
    const [x, y] = titlesOf(found)
    const figures = [x, y].flatMap((name) => [`${name} mean`, `${name} std`])
    return {
      columns: [groups?.classes.column ?? 'group', 'rows', ...figures],
      rows: this.stars.map((star) => [
        this.nameOf(star.group), star.count, ...[...star.x, ...star.y].map((value) => this.text(value)),
      ]),
    }
  }

  escape(): void {
    if (this.input?.filters.length) this.filter([], 'end')
  }

  protected draw(input: WidgetInput<StarSettings>, data: Measures): void {
    const { frame } = this
    frame.clear()
    this.found = data.stars ?? null
    this.stars = this.found ? starsOf(this.found) : []
    this.groups = groupsOf(this.found?.meta.groups, input.colour)
    this.chosen = this.groups ? chosenBy(this.groups, input.filters) : new Set()
    this.scales = null
    if (!this.found || this.stars.length === 0) {
      this.keys.place([])
      frame.say(this.found ? 'No selected row has both values.' : 'Choose the columns in the settings.')
      return
    }
    const { x, y } = this.plan(this.found)
    this.scales = { x, y }
    const [xTitle, yTitle] = titlesOf(this.found)
    drawSideAxis(frame.picture, y, x.range[0], { gridTo: x.range[1], title: frame.height > 180 ? yTitle : undefined })
    drawBottomAxis(frame.picture, x, y.range[0], { gridTo: y.range[1], title: xTitle })
    for (const star of [...this.stars].sort((a, b) => a.count - b.count)) this.drawStar(star, x, y)
    const names = Array.from({ length: Math.max(0, ...this.stars.map(({ group }) => group)) + 1 }, (_, i) => this.nameOf(i))
    if (this.groups) {
      for (const label of labelsOf(this.stars, names, x, y)) {
        const faint = this.chosen.size > 0 && !this.chosen.has(label.star.group)
        svgText(frame.picture, label.text, {
          class: 'plot-halo plot-class', x: label.x, y: label.y, 'fill-opacity': faint ? 0.45 : null,
        })
      }
    }
    this.placeKeys(x, y)
  }

  private plan(found: Measure): { x: Scale; y: Scale } {
    const { width, height } = this.frame
    // Means lie between integers too.
    const axis = (side: 'x' | 'y') => ({ ...axisOf(found, side), type: 'number' as const, domain: spanOf(this.stars, side) })
    const y = new Scale(axis('y'), [Math.max(TOP + 20, height - bottomRoom(true)), TOP])
    const start = sideRoom(y, height > 180)
    return { x: new Scale(axis('x'), [start, Math.max(start + 20, width - RIGHT)]), y }
  }

  private colourOf(group: number): string {
    const { palette, input } = this
    const described = this.found?.meta.groups
    if (!described) return palette.groups[group] ?? palette.accent
    const { classes } = this.groups ?? {}
    // The groups of the page's own colour keep its colours.
    if (classes && input?.colour?.column === classes.column) {
      const at = input.colour.labels.indexOf(classes.classes[group]?.text ?? '')
      return palette.groups[at] ?? palette.muted
    }
    return classes && classes.classes.length <= palette.series.length ? palette.series[group] ?? palette.accent : palette.accent
  }

  private drawStar(star: Star, x: Scale, y: Scale): void {
    const { picture } = this.frame
    const on = this.chosen.size === 0 || this.chosen.has(star.group)
    const many = this.stars.length > MANY && this.chosen.size === 0
    const colour = this.colourOf(star.group)
    const [px, py] = [x.place(star.x[0]), y.place(star.y[0])]
    const across = reachOf(star.x).map((end) => x.place(end).toFixed(1))
    const down = reachOf(star.y).map((end) => y.place(end).toFixed(1))
    const [left = '', right = ''] = across
    const [low = '', high = ''] = down
    const group = svg('g', { opacity: on ? 1 : 0.25 }, picture)
    svg('path', {
      class: 'plot-star', d: `M${left} ${py.toFixed(1)}H${right}M${px.toFixed(1)} ${low}V${high}`,
      stroke: colour, 'stroke-width': many ? 1 : 2, 'stroke-linecap': 'round', 'stroke-opacity': many ? 0.3 : 0.65, fill: 'none',
    }, group)
    svg('circle', { cx: px, cy: py, r: many ? 3.5 : 4.5, fill: colour, stroke: this.palette.card, 'stroke-width': 1.5 }, group)
    if (on && this.chosen.size) svg('circle', { cx: px, cy: py, r: 7, fill: 'none', stroke: this.palette.ink, 'stroke-width': 1.5 }, group)
  }

  private placeKeys(x: Scale, y: Scale): void {
    // One star for all rows has nothing to choose.
    const stars = this.groups ? this.stars : []
    this.keys.place(stars.map((star) => ({
      bar: star.group, name: this.words(star), on: this.chosen.has(star.group),
      x: x.place(star.x[0]) - REACH, y: y.place(star.y[0]) - REACH, width: 2 * REACH, height: 2 * REACH,
    })))
  }

  private nameOf(group: number): string {
    return this.groups?.classes.classes[group]?.name ?? 'all selected'
  }

  private text(value: number): string {
    return Number.isNaN(value) ? '–' : formatNumber(value, 5)
  }

  private words(star: Star): string {
    const [x, y] = this.found ? titlesOf(this.found) : ['x', 'y']
    const figure = (name: string, [mean, std]: [number, number]): string => `${name} ${this.text(mean)} ± ${this.text(std)}`
    return `${this.nameOf(star.group)}: ${figure(x, star.x)}, ${figure(y, star.y)}, ${countOf(star.count, 'row')}`
  }

  private toggle(group: number): void {
    if (!this.groups) return
    this.filter(filtersOf(this.groups, toggled(this.groups, this.chosen, group)), 'end')
    this.redraw()
  }

  private hover(event: PointerEvent): void {
    const { scales, found } = this
    const point = pointOf(event, this.frame.svg)
    const distance = ({ x, y }: Star): number =>
      scales ? Math.hypot(scales.x.place(x[0]) - point.x, scales.y.place(y[0]) - point.y) : Infinity
    const nearest = this.stars.reduce<Star | null>((best, star) => (!best || distance(star) < distance(best) ? star : best), null)
    if (!nearest || !found || distance(nearest) > 24) {
      this.frame.tooltip.hide()
      return
    }
    const [x, y] = titlesOf(found)
    const figure = ([mean, std]: [number, number]): string => `${this.text(mean)} ± ${this.text(std)}`
    this.frame.tooltip.show(point.x, point.y, this.nameOf(nearest.group), [
      { colour: this.colourOf(nearest.group), name: x, value: figure(nearest.x) },
      { name: y, value: figure(nearest.y) },
      { name: 'rows', value: formatCount(nearest.count) },
    ])
  }
}

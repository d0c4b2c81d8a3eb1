/** Draws parallel categories: a block for each value, a ribbon for each combination and colour. */
import { BarKeys } from '../../plot/barKeys'
import { chosenIn, classFilter } from '../../plot/classes'
import { pointOf, type Point } from '../../plot/drag'
import { svg, svgText, textWidth } from '../../plot/elements'
import { countOf, formatCount, formatNumber, formatShare } from '../../plot/format'
import { drawLegend } from '../../plot/legend'
import { groupLabels } from '../../plot/palette'
import { PlotView, type Measures } from '../../plot/view'
import type { TableData, WidgetContext, WidgetInput } from '../widget'
import { classAt, namesOf, readCombinations, sumOf, type CategoriesSettings, type Combinations } from './combinations'
import { bandOf, BLOCK, blocksOf, ribbonsOf, type Block, type Field, type Ribbon } from './layout'

const TITLE = 26
const LEGEND = 18
const MARGIN = 14
const LINE = 13
const STRENGTH = { plain: 0.5, chosen: 0.72, left: 0.1 }

export class CategoriesView extends PlotView<CategoriesSettings> {
  private all: Combinations | null = null
  private blocks: Block[] = []
  private ribbons: Ribbon[] = []
  /** The chosen classes of each column; none chosen means all. */
  private chosen: Set<number>[] = []
  private readonly blockKeys: BarKeys
  private readonly ribbonKeys: BarKeys

  constructor(element: HTMLElement, context: WidgetContext<CategoriesSettings>) {
    super(element, context, 'Parallel categories')
    const { brushes, svg: surface } = this.frame
    const beside = svg('g', { 'pointer-events': 'none' }, brushes)
    this.ribbonKeys = new BarKeys(beside, (combination) => { this.choose(combination) })
    this.blockKeys = new BarKeys(brushes, (block) => { this.toggle(block) })
    surface.addEventListener('click', (event) => {
      const ribbon = this.ribbonAt(event)
      if (ribbon) this.choose(ribbon.combination)
    })
    surface.addEventListener('pointermove', (event) => { this.hover(event) })
    surface.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const { all } = this
    if (!all) return ''
    const names = all.columns.map(({ column }) => column)
    const shown = names.length > 3 ? countOf(names.length, 'column') : names.join(', ')
    const part = `${formatCount(all.drawn)} of ${formatCount(all.total)} combinations drawn, `
      + `${formatShare(all.drawnRows, all.selected)} of the rows`
    const weight = all.weight !== null ? [`by ${all.weight}`] : []
    const without = all.withoutWeight ? [`${countOf(all.withoutWeight, 'row')} without it`] : []
    return [shown, all.drawn < all.total ? part : countOf(all.total, 'combination'), ...weight, ...without].join(' · ')
  }

  table(): TableData {
    const { all } = this
    if (!all) return { columns: [], rows: [] }
    const groups = groupLabels(this.input?.colour ?? null).map((label) => label || 'selected')
    const columns = all.columns.map(({ column }) => column)
    const { weight } = all
    const sums = weight !== null ? groups.map((group) => `${group} (sum of ${weight})`) : []
    const rows = Array.from({ length: all.drawn }, (_, combination) => {
      const of = (values: ArrayLike<number>): number[] =>
        groups.map((_unused, group) => values[group * all.drawn + combination] as number)
      return [
        ...namesOf(all, combination), all.all[combination] as number,
        ...of(all.counts), ...(weight !== null ? of(all.sizes) : []),
      ]
    })
    return { columns: [...columns, 'all', ...groups, ...sums], rows }
  }

  escape(): void {
    if (this.input?.filters.length) this.send(this.chosen.map(() => new Set()))
  }

  protected draw(input: WidgetInput<CategoriesSettings>, data: Measures): void {
    const { frame } = this
    const all = readCombinations(data.combinations)
    this.all = all
    frame.clear()
    ;[this.blocks, this.ribbons] = [[], []]
    if (!all || all.classAll.length === 0) {
      this.placeKeys(null)
      frame.say(all ? 'There is nothing to draw.' : 'Choose columns in the settings.')
      return
    }
    this.chosen = all.columns.map((column) => chosenIn(column, input.filters))
    const field = this.field(all, input)
    this.blocks = blocksOf(all, field)
    this.ribbons = ribbonsOf(all, this.blocks)
    this.drawRibbons(all, field)
    this.drawBlocks()
    this.drawNames(all, field)
    if (input.colour && frame.height > 150) this.drawColours(input)
    this.placeKeys(all)
  }

  private field(all: Combinations, { colour }: WidgetInput<CategoriesSettings>): Field {
    const { width, height } = this.frame
    const count = all.columns.length
    const last = all.columns[count - 1]
    const widest = Math.max(0, ...(last?.classes ?? []).map(({ name }) => textWidth(name)))
    // The names of the last column stand at its right.
    const end = width - MARGIN - BLOCK - (count > 1 ? Math.min(widest + 8, width * 0.18) : 0)
    const across = all.columns.map((_, i) => (count === 1 ? MARGIN : MARGIN + (i / (count - 1)) * (end - MARGIN)))
    const top = TITLE + (colour && height > 150 ? LEGEND : 0)
    return { across, top, bottom: Math.max(top + 10, height - 8) }
  }

  private drawRibbons(all: Combinations, field: Field): void {
    const { picture } = this.frame
    const free = this.chosen.every((classes) => classes.size === 0)
    this.ribbons.forEach((ribbon, i) => {
      const strength = free ? STRENGTH.plain : this.passes(all, ribbon.combination) ? STRENGTH.chosen : STRENGTH.left
      svg('path', {
        class: 'plot-ribbon', 'data-ribbon': i, d: bandOf(ribbon, field),
        fill: this.palette.groups[ribbon.group] ?? this.palette.accent, 'fill-opacity': strength,
      }, picture)
    })
  }

  /** Whether a combination passes this widget's own filter. */
  private passes(all: Combinations, combination: number): boolean {
    return this.chosen.every((classes, column) => classes.size === 0 || classes.has(classAt(all, combination, column)))
  }

  private drawBlocks(): void {
    const { picture } = this.frame
    for (const { column, index, x, y, height, parts } of this.blocks) {
      const classes = this.chosen[column]
      const on = !classes?.size || classes.has(index)
      let top = y
      parts.forEach((part, group) => {
        if (part > 0) {
          const fill = this.palette.groups[group] ?? this.palette.accent
          svg('rect', { x, y: top, width: BLOCK, height: Math.max(part, 0.75), fill, 'fill-opacity': on ? 1 : 0.3 }, picture)
        }
        top += part
      })
      if (height === 0) svg('rect', { x, y: y - 0.75, width: BLOCK, height: 1.5, fill: this.palette.ground }, picture)
      if (on && classes?.size) {
        svg('rect', {
          x: x - 1.5, y: y - 1.5, width: BLOCK + 3, height: height + 3, rx: 2,
          fill: 'none', stroke: this.palette.ink, 'stroke-width': 1.5,
        }, picture)
      }
    }
  }

  private drawNames(all: Combinations, { across, top }: Field): void {
    const { picture, width } = this.frame
    const spacing = (across[1] ?? width) - (across[0] ?? 0)
    all.columns.forEach(({ column, classes }, at) => {
      const last = at === all.columns.length - 1 && at > 0
      const x = across[at] ?? 0
      const room = last ? spacing * 0.7 : spacing - 12
      const start = Math.min(x, width - 6 - Math.min(textWidth(column), room))
      svgText(picture, column, { class: 'plot-axis-title', x: start, y: top - 9 }, room)
      // The larger blocks have their names first; the tooltip has those without room.
      const mine = this.blocks.filter((block) => block.column === at).sort((a, b) => b.height - a.height)
      const taken: number[] = []
      for (const { index, y, height } of mine) {
        const middle = y + height / 2
        if (taken.some((other) => Math.abs(other - middle) < LINE)) continue
        taken.push(middle)
        const end = last ? width - x - BLOCK - 8 : spacing * 0.55
        svgText(picture, classes[index]?.name ?? '', { class: 'plot-halo plot-class', x: x + BLOCK + 5, y: middle + 4 }, end)
      }
    })
  }

  private drawColours({ colour }: WidgetInput<CategoriesSettings>): void {
    const entries = (colour?.labels ?? []).map((name, i) => ({
      name, colour: this.palette.groups[i] ?? this.palette.accent,
    }))
    drawLegend(this.frame.picture, entries, this.frame.width - MARGIN, 10, this.frame.width - 2 * MARGIN)
  }

  private placeKeys(all: Combinations | null): void {
    this.blockKeys.place(this.blocks.map(({ column, index, x, y, height }, bar) => ({
      bar, name: all ? this.blockText(all, bar) : '', on: this.chosen[column]?.has(index) ?? false,
      x: x - 3, y: y - 2, width: BLOCK + 6, height: Math.max(height + 4, 5),
    })))
    // One stop for each combination, where its first ribbon leaves the first column.
    const seen = new Set<number>()
    const first = this.ribbons.filter(({ combination }) => {
      if (seen.has(combination)) return false
      seen.add(combination)
      return true
    })
    this.ribbonKeys.place(!all || all.columns.length < 2 ? [] : first.map(({ combination, thick, tops }) => ({
      bar: combination, name: this.ribbonText(all, combination), on: this.isAlone(all, combination),
      x: (this.blocks[0]?.x ?? 0) + BLOCK + 2, y: (tops[0] ?? 0) - 1, width: 22, height: Math.max(thick + 2, 4),
    })))
  }

  private blockText(all: Combinations, at: number): string {
    const block = this.blocks[at]
    const column = block && all.columns[block.column]
    if (!column) return ''
    const width = all.classAll.length
    const selected = sumOf(all.classCounts, all.groups, width, block.place)
    const name = `${column.column} ${column.classes[block.index]?.name ?? ''}`
    return `${name}: ${formatCount(selected)} of ${countOf(all.classAll[block.place] as number, 'row')}`
  }

  private ribbonText(all: Combinations, combination: number): string {
    const names = all.columns.map(({ column }, i) => `${column} ${namesOf(all, combination)[i] ?? ''}`)
    const selected = sumOf(all.counts, all.groups, all.drawn, combination)
    return `${names.join(', ')}: ${formatCount(selected)} of ${countOf(all.all[combination] as number, 'row')}`
  }

  /** Whether a combination is all that is chosen. */
  private isAlone(all: Combinations, combination: number): boolean {
    return this.chosen.every((classes, column) => classes.size === 1 && classes.has(classAt(all, combination, column)))
  }

  private toggle(at: number): void {
    const block = this.blocks[at]
    if (!block) return
    const next = this.chosen.map((classes) => new Set(classes))
    const mine = next[block.column]
    if (mine && !mine.delete(block.index)) mine.add(block.index)
    this.send(next)
  }

  private choose(combination: number): void {
    const { all } = this
    if (!all) return
    const off = this.isAlone(all, combination)
    this.send(all.columns.map((_, column) => new Set(off ? [] : [classAt(all, combination, column)])))
  }

  private send(chosen: Set<number>[]): void {
    const filters = (this.all?.columns ?? []).flatMap((column, i) => classFilter(column, chosen[i] ?? new Set()) ?? [])
    this.filter(filters, 'end')
    this.redraw()
  }

  private ribbonAt(event: Event): Ribbon | null {
    const path = event.target instanceof Element ? event.target.closest('[data-ribbon]') : null
    return this.ribbons[Number(path?.getAttribute('data-ribbon') ?? -1)] ?? null
  }

  private blockAt({ x, y }: Point): number {
    return this.blocks.findIndex((block) =>
      x >= block.x - 3 && x <= block.x + BLOCK + 3 && y >= block.y - 2 && y <= block.y + block.height + 2)
  }

  private hover(event: PointerEvent): void {
    const { all } = this
    const point = pointOf(event, this.frame.svg)
    const at = this.blockAt(point)
    const ribbon = at < 0 ? this.ribbonAt(event) : null
    if (!all || (at < 0 && !ribbon)) {
      this.frame.tooltip.hide()
      return
    }
    const width = all.classAll.length
    const block = this.blocks[at]
    const [values, sizes, step, place] = block
      ? [all.classCounts, all.classSizes, width, block.place] as const
      : [all.counts, all.sizes, all.drawn, ribbon?.combination ?? 0] as const
    const title = block
      ? `${all.columns[block.column]?.column ?? ''}: ${all.columns[block.column]?.classes[block.index]?.name ?? ''}`
      : namesOf(all, place).join(' · ')
    const rows = groupLabels(this.input?.colour ?? null).flatMap((label, group) => {
      const count = values[group * step + place] as number
      if (!count) return []
      const weight = all.weight !== null ? ` (${formatNumber(sizes[group * step + place] as number, 6)})` : ''
      return [{ colour: this.palette.groups[group] ?? '', name: label || 'selected', value: formatCount(count) + weight }]
    })
    const selected = sumOf(values, all.groups, step, place)
    const everything = (block ? all.classAll[place] : all.all[place]) as number
    this.frame.tooltip.show(point.x, point.y, title, [
      ...rows,
      { name: 'share of the selected', value: formatShare(selected, all.selected) },
      { colour: this.palette.ground, name: 'all', value: formatCount(everything) },
    ])
  }
}

/** Draws a confusion: a matrix of all colours and one for each, whose cells filter. */
import { CellKeys } from '../../plot/cellKeys'
import { pointOf } from '../../plot/drag'
import { svg, svgText, textWidth, truncate } from '../../plot/elements'
import { countOf, formatCount, formatShare } from '../../plot/format'
import { cellAt, cellBox, drawCells, drawChosen, drawHeadings, type Matrix } from '../../plot/matrix'
import { AMOUNTS, colourAt } from '../../plot/ramps'
import type { TooltipRow } from '../../plot/tooltip'
import { Toolbar } from '../../plot/toolbar'
import { PlotView, type Measures } from '../../plot/view'
import type { TableData, WidgetContext, WidgetInput } from '../widget'
import { choiceOf, filtersOf, readConfusion, type Choice, type Confusion } from './classes'
import { layoutOf, SCORE_WIDTH, type Layout } from './layout'
import {
  accuracyOf, scoresOf, scoreText, strengthOf, tableOf, textsOf, type Shares, type Table,
} from './shares'

export interface ConfusionMatrixSettings {
  truth: string
  prediction: string
  shares: Shares
  by_colour: boolean
}

/** One matrix: of a colour group, or of all rows (null). */
interface Drawn {
  group: number | null
  name: string
  table: Table
  matrix: Matrix
}

const SCORES = ['Precision', 'Recall', 'F1'] as const
// The tools stand over the corner, where no heading is.
const TOOL_ROOM = 24
const CORNER = 'true ╲ pred'

export class ConfusionMatrixView extends PlotView<ConfusionMatrixSettings> {
  private confusion: Confusion | null = null
  private layout: Layout | null = null
  private drawn: Drawn[] = []
  private choice: Choice | null = null
  private keys: CellKeys[] = []
  private readonly tools: Toolbar

  constructor(element: HTMLElement, context: WidgetContext<ConfusionMatrixSettings>) {
    super(element, context, 'Confusion matrix')
    this.tools = new Toolbar(this.frame.root, 'Confusion matrix tools')
    this.tools.action('swap', 'Swap truth and prediction', () => {
      const { truth, prediction } = this.input?.settings ?? {}
      context.setSettings({ truth: prediction, prediction: truth })
    })
    const { svg: surface } = this.frame
    surface.addEventListener('click', (event) => {
      const found = this.at(event)
      if (!found) return
      this.keys[found.place]?.focus(found.row, found.column)
      this.choose(found.place, found.row, found.column)
    })
    surface.addEventListener('pointermove', (event) => {
      const found = this.at(event)
      surface.style.cursor = found ? 'pointer' : ''
      if (found) this.tell(found.place, found.row, found.column, pointOf(event, surface))
      else this.frame.tooltip.hide()
    })
    surface.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
    surface.addEventListener('focusout', () => { this.frame.tooltip.hide() })
  }

  summary(): string {
    const { confusion } = this
    if (!confusion) return ''
    const { share, scored } = accuracyOf(confusion, 0)
    const rows = this.drawn[0]?.table.all ?? 0
    const left = rows - scored
    const how = scored ? `accuracy ${formatShare(share, 1)}` : 'nothing to score'
    const what = `${confusion.truth} × ${confusion.prediction}`
    return [how, countOf(rows, 'row'), ...(left ? [`${formatCount(left)} not scored`] : []), what].join(' · ')
  }

  table(): TableData {
    const { confusion, drawn } = this
    if (!confusion) return { columns: [], rows: [] }
    const { labels, values, truth, prediction } = confusion
    const several = drawn.length > 1
    const score = (value: number): number | null => (Number.isNaN(value) ? null : value)
    const rows = drawn.flatMap(({ name, table }, matrix) => labels.map((label, place) => {
      const found = place < values ? scoresOf(confusion, matrix, place) : null
      const scores = found ? [found.precision, found.recall, found.f1].map(score) : [null, null, null]
      const accuracy = score(accuracyOf(confusion, matrix).share)
      return [...(several ? [name] : []), label, ...(table.counts[place] ?? []), ...scores, accuracy]
    }))
    const columns = [
      ...(several ? [this.input?.colour?.column ?? 'colour'] : []), `${truth} ╲ ${prediction}`,
      ...labels, 'precision', 'recall', 'F1', 'accuracy of all',
    ]
    return { columns, rows }
  }

  escape(): void {
    if (this.input?.filters.length) this.filter([], 'end')
  }

  protected draw(input: WidgetInput<ConfusionMatrixSettings>, data: Measures): void {
    const { frame } = this
    const confusion = readConfusion(data.confusion)
    this.confusion = confusion
    frame.clear()
    if (!confusion || confusion.classes.length === 0) {
      this.drawn = []
      this.placeKeys()
      frame.say('There is nothing to draw.')
      return
    }
    this.choice = choiceOf(confusion, input.colour, input.filters)
    this.arrange(confusion, input)
    this.drawn.forEach((one, place) => { this.drawOne(one, place, input) })
    this.drawScores()
    this.tools.place(2, this.layout?.title ? 2 : 4)
    this.placeKeys()
  }

  private arrange(confusion: Confusion, { settings, colour }: WidgetInput<ConfusionMatrixSettings>): void {
    const { labels, values } = confusion
    const names = colour && settings.by_colour ? colour.labels : []
    const groups = [null, ...names.map((_, i) => i)]
    this.layout = layoutOf(labels, values, groups.length, this.frame, textWidth(CORNER) + TOOL_ROOM)
    this.drawn = this.layout.matrices.map((matrix, i) => {
      const group = groups[i] ?? null
      const name = group === null ? 'All' : names[group] ?? ''
      return { group, name, table: tableOf(confusion, group), matrix }
    })
  }

  private drawOne({ group, name, table, matrix }: Drawn, place: number, { settings, theme }: WidgetInput<ConfusionMatrixSettings>): void {
    const { confusion, layout } = this
    if (!confusion || !layout) return
    const { picture } = this.frame
    const part = svg('g', {}, picture)
    if (layout.title) this.drawName(part, group, name, place, matrix)
    else {
      svgText(part, CORNER, {
        x: matrix.left - 6, y: matrix.top - 6, 'text-anchor': 'end', class: 'plot-corner-name',
      }, Math.max(0, matrix.rowRoom - TOOL_ROOM + 8))
    }
    drawHeadings(part, matrix, confusion.labels, { rows: true, columns: true, upright: layout.upright })
    const cells = confusion.labels.flatMap((_, row) => confusion.labels.map((_label, column) => ({
      row, column,
      colour: colourAt(AMOUNTS[theme], strengthOf(table, settings.shares, row, column)),
      faint: this.choice !== null && !this.isOn(group, row, column),
      texts: textsOf(table, settings.shares, row, column),
    })))
    drawCells(part, matrix, cells)
    if (!this.choice) return
    for (const { row, column } of cells) {
      if (this.isOn(group, row, column)) drawChosen(part, cellBox(matrix, row, column), this.palette.accent)
    }
  }

  private drawName(part: Element, group: number | null, name: string, place: number, matrix: Matrix): void {
    const { confusion } = this
    if (!confusion) return
    const { share, scored } = accuracyOf(confusion, place)
    const x = matrix.left - (place === 0 ? Math.max(0, matrix.rowRoom - TOOL_ROOM - 8) : matrix.rowRoom)
    const y = matrix.top - matrix.columnRoom - 6
    if (group !== null) {
      svg('circle', { cx: x + 5, cy: y - 4, r: 4, fill: this.palette.groups[group] ?? '' }, part)
    }
    const score = scored ? ` · ${formatShare(share, 1)} right` : ' · not scored'
    const start = x + (group === null ? 0 : 14)
    const room = matrix.left + matrix.lines * matrix.across - start
    const named = truncate(name, Math.max(20, room - score.length * 6))
    svgText(part, named + score, { class: 'plot-axis-title', x: start, y }, room)
  }

  private drawScores(): void {
    const { confusion, layout, drawn: [one] } = this
    if (!confusion || !one || layout?.scores === null || !layout) return
    const { picture } = this.frame
    const right = (i: number): number => (layout.scores ?? 0) + (i + 1) * SCORE_WIDTH - 6
    SCORES.forEach((name, i) => {
      svgText(picture, name, { class: 'plot-axis-title', x: right(i), y: one.matrix.top - 6, 'text-anchor': 'end' })
    })
    for (let place = 0; place < confusion.values; place += 1) {
      const { y, height } = cellBox(one.matrix, place, 0)
      const { precision, recall, f1 } = scoresOf(confusion, 0, place)
      ;[precision, recall, f1].forEach((score, i) => {
        const text = Number.isNaN(score) ? '–' : scoreText(score)
        svgText(picture, text, { class: 'plot-tick', x: right(i), y: y + height / 2 + 4, 'text-anchor': 'end' })
      })
    }
  }

  private isOn(group: number | null, row: number, column: number): boolean {
    const { choice } = this
    if (!choice || (choice.group !== null && choice.group !== group)) return false
    return (choice.truth?.includes(row) ?? true) && (choice.prediction?.includes(column) ?? true)
  }

  private placeKeys(): void {
    while (this.keys.length > this.drawn.length) this.keys.pop()?.destroy()
    while (this.keys.length < this.drawn.length) {
      const place = this.keys.length
      this.keys.push(new CellKeys(
        this.frame.brushes,
        (row, column) => { this.choose(place, row, column) },
        (row, column) => { this.tellByKey(place, row, column) },
      ))
    }
    this.drawn.forEach(({ group, name, matrix }, place) => {
      this.keys[place]?.place(group === null ? 'Confusion of all rows' : `Confusion of ${name}`, {
        first: -1, lines: matrix.lines,
        box: (row, column) => cellBox(matrix, row, column),
        name: (row, column) => this.nameOf(place, row, column),
        on: (row, column) => this.choice !== null && this.isLine(group, row, column),
      })
    })
  }

  /** Whether exactly this cell, or this line, is chosen. */
  private isLine(group: number | null, row: number, column: number): boolean {
    const { choice } = this
    const is = (places: number[] | null, line: number): boolean =>
      line < 0 ? places === null : places?.length === 1 && places[0] === line
    return choice !== null && choice.group === group && is(choice.truth, row) && is(choice.prediction, column)
  }

  private nameOf(place: number, row: number, column: number): string {
    const rows = this.rowsOf(place, row, column).map(({ name, value }) => `${name} ${value}`)
    return `${this.titleOf(row, column)}: ${rows.join(', ')}`
  }

  private titleOf(row: number, column: number): string {
    const labels = this.confusion?.labels ?? []
    if (column < 0) return `true ${labels[row] ?? ''}`
    if (row < 0) return `predicted ${labels[column] ?? ''}`
    return `true ${labels[row] ?? ''}, predicted ${labels[column] ?? ''}`
  }

  private rowsOf(place: number, row: number, column: number): TooltipRow[] {
    const { confusion, drawn } = this
    const table = drawn[place]?.table
    if (!confusion || !table) return []
    if (row >= 0 && column >= 0) {
      const count = table.counts[row]?.[column] ?? 0
      return [
        { name: 'rows', value: formatCount(count) },
        { name: 'of the true class', value: formatShare(count, table.rows[row] ?? 0) },
        { name: 'of the predicted class', value: formatShare(count, table.columns[column] ?? 0) },
        { name: 'of all', value: formatShare(count, table.all) },
      ]
    }
    const line = Math.max(row, column)
    const rows = { name: 'rows', value: formatCount((column < 0 ? table.rows : table.columns)[line] ?? 0) }
    if (line >= confusion.values) return [rows, { name: 'scores', value: 'none: no class' }]
    const { precision, recall, f1, support } = scoresOf(confusion, place, line)
    return [
      rows,
      { name: 'precision', value: scoreText(precision) },
      { name: 'recall', value: scoreText(recall) },
      { name: 'F1', value: scoreText(f1) },
      { name: 'scored rows of the true class', value: formatCount(support) },
    ]
  }

  private at(event: MouseEvent): { place: number; row: number; column: number } | null {
    const { x, y } = pointOf(event, this.frame.svg)
    for (const [place, { matrix }] of this.drawn.entries()) {
      const cell = cellAt(matrix, x, y)
      if (cell) return { place, row: cell[0], column: cell[1] }
    }
    return null
  }

  private choose(place: number, row: number, column: number): void {
    const [{ confusion, input }, one] = [this, this.drawn[place]]
    if (!confusion || !input || !one) return
    if (this.isLine(one.group, row, column)) {
      this.filter([], 'end')
    } else {
      const [truth, prediction] = [row, column].map((line) => (line < 0 ? null : [line])) as [number[] | null, number[] | null]
      const filters = filtersOf(confusion, input.colour, { truth, prediction, group: one.group })
      if (!filters) return
      this.filter(filters, 'end')
    }
    this.redraw()
  }

  private tellByKey(place: number, row: number, column: number): void {
    const one = this.drawn[place]
    if (!one) return
    const { x, y, width, height } = cellBox(one.matrix, row, column)
    this.tell(place, row, column, { x: x + width, y: y + height / 2 })
  }

  private tell(place: number, row: number, column: number, { x, y }: { x: number; y: number }): void {
    const name = this.drawn.length > 1 ? `${this.drawn[place]?.name ?? ''}: ` : ''
    this.frame.tooltip.show(x, y, name + this.titleOf(row, column), this.rowsOf(place, row, column))
  }
}

/** Draws statistics: a block of figures per column, with all rows, the selected ones and colours. */
import './statistics.css'
import { fadeEdge } from '../../plot/edge'
import { html } from '../../plot/elements'
import { countOf } from '../../plot/format'
import { readPalette } from '../../plot/palette'
import { pictureOfTable } from '../../plot/picture'
import type { TableData, WidgetContext, WidgetInput, WidgetView } from '../widget'
import { figuresOf, figureText, readSummary, type Figures, type Summary } from './figures'

export interface StatisticsSettings {
  columns: string[]
  absolute: boolean
}

interface Heading {
  name: string
  colour: string | null
  of: (summary: Summary) => Figures
}

export class StatisticsView implements WidgetView<StatisticsSettings> {
  private readonly root: HTMLDivElement
  private input: WidgetInput<StatisticsSettings> | null = null
  private summaries: Summary[] = []
  private shape = ''
  private cells: HTMLTableCellElement[] = []
  private readonly unfade: () => void

  constructor(
    element: HTMLElement,
    private readonly context: WidgetContext<StatisticsSettings>,
  ) {
    this.root = html('div', { class: 'figures', tabindex: 0, role: 'region', 'aria-label': 'Statistics' }, element)
    this.unfade = fadeEdge(this.root)
  }

  summary(): string {
    if (!this.input?.data) return ''
    const [only, ...more] = this.summaries
    const what = only && more.length === 0 ? only.axis.column : countOf(this.summaries.length, 'column')
    const rows = this.input.counts ? [countOf(this.input.counts.rows, 'row')] : []
    return [what, ...(this.input.settings.absolute ? ['absolute values'] : []), ...rows].join(' · ')
  }

  table(): TableData {
    const headings = this.headings()
    const rows = this.summaries.flatMap((summary) => figuresOf(summary).map(([key, name]) => [
      summary.axis.column, name, ...headings.map(({ of }) => figureText(summary, key, of(summary)[key])),
    ]))
    return { columns: ['column', 'figure', ...headings.map(({ name }) => name)], rows }
  }

  image(format: 'png' | 'svg'): Promise<Blob> {
    return pictureOfTable(this.root, this.table(), 'Statistics', this.summary(), format)
  }

  update(input: WidgetInput<StatisticsSettings>): void {
    this.input = input
    const { data } = input
    if (!data) return
    this.summaries = Object.keys(data)
      .filter((name) => name.startsWith('summary_'))
      .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
      .flatMap((name) => readSummary(data[name]) ?? [])
    const headings = this.headings()
    const shape = JSON.stringify([
      headings.map(({ name, colour }) => [name, colour]),
      this.summaries.map((summary) => [summary.axis, summary.absolute]),
    ])
    if (shape !== this.shape) this.rebuild(headings)
    this.shape = shape
    this.fill(headings)
    this.context.changed()
  }

  resize(): void {
    // The table flows by itself.
  }

  destroy(): void {
    this.unfade()
    this.root.remove()
  }

  private headings(): Heading[] {
    const colour = this.input?.colour ?? null
    const palette = readPalette(this.root, colour, this.input?.theme ?? 'light')
    const groups = (colour?.labels ?? []).map((name, i): Heading => ({
      name, colour: palette.groups[i] ?? null, of: ({ groups: figures }) => figures[i] ?? {},
    }))
    return [
      { name: 'Selected', colour: null, of: ({ overall }) => overall },
      ...groups,
      { name: 'All rows', colour: null, of: ({ all }) => all },
    ]
  }

  private rebuild(headings: Heading[]): void {
    const { scrollTop, scrollLeft } = this.root
    this.root.replaceChildren()
    this.cells = []
    for (const summary of this.summaries) this.drawBlock(summary, headings)
    if (this.summaries.length === 0) {
      html('p', { class: 'figures-empty' }, this.root, 'Choose a column in the settings.')
    }
    this.root.scrollTop = scrollTop
    this.root.scrollLeft = scrollLeft
  }

  /** Writes the figures that changed: a brush that moves asks for it many times a second. */
  private fill(headings: Heading[]): void {
    let place = 0
    for (const summary of this.summaries) {
      for (const [key] of figuresOf(summary)) {
        for (const { of } of headings) {
          const cell = this.cells[place]
          place += 1
          const text = figureText(summary, key, of(summary)[key])
          if (!cell || cell.textContent === text) continue
          cell.textContent = text
          cell.title = text
          cell.classList.toggle('figures-none', text === '–' || text === '0')
        }
      }
    }
  }

  private drawBlock(summary: Summary, headings: Heading[]): void {
    const { column } = summary.axis
    const title = summary.absolute ? `|${column}|` : column
    const table = html('table', {}, this.root)
    const head = html('tr', {}, html('thead', {}, table))
    html('th', { scope: 'col', title }, head, title)
    for (const { name, colour } of headings) {
      const cell = html('th', { scope: 'col', title: name }, head)
      if (colour) html('i', { style: `background:${colour}`, 'aria-hidden': 'true' }, cell)
      cell.append(name)
    }
    const body = html('tbody', {}, table)
    for (const [, name] of figuresOf(summary)) {
      const row = html('tr', {}, body)
      html('th', { scope: 'row' }, row, name)
      this.cells.push(...headings.map(() => html('td', {}, row)))
    }
  }
}

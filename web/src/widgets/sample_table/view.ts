/** Draws the sample table: a virtual grid over the server's pages, sorted by its headers. */
import './rows.css'
import { fadeEdge } from '../../plot/edge'
import { html } from '../../plot/elements'
import { countOf, displayText } from '../../plot/format'
import { groupLabels, readPalette } from '../../plot/palette'
import { pictureOfTable } from '../../plot/picture'
import type { TableData, WidgetContext, WidgetInput, WidgetView } from '../widget'
import { lookOf, readPage, type Look, type Page } from './page'
import { rowElement, type RowStyle } from './row'
import { pageFor, ROW_HEIGHT, scrolledHeight, scrollTo, visibleRows } from './rows'

export interface SampleTableSettings {
  columns: string[]
  sort: string | null
  descending: boolean
  offset: number
  limit: number
}

const LEAST_PAGE = 100
const PAUSE = 60

export class SampleTableView implements WidgetView<SampleTableSettings> {
  private readonly root: HTMLDivElement
  private readonly head: HTMLDivElement
  private readonly body: HTMLDivElement
  private readonly spacer: HTMLDivElement
  private input: WidgetInput<SampleTableSettings> | null = null
  private page: Page = readPage(undefined)
  private looks: Look[] = []
  private style: RowStyle = { template: '', colourOf: () => null, colourColumn: null }
  /** The size and the scroll as last told: asking the browser lays the page out anew. */
  private width = 0
  private height = 0
  private top = 0
  private current = 0
  /** The sample that the page shows for this table; "next": the current row's, once it is loaded. */
  private shown: number | 'next' | null = null
  private asked = -1
  private timer: ReturnType<typeof setTimeout> | undefined
  private drawn = ''
  private headed = ''
  private readonly unfade: () => void

  constructor(
    element: HTMLElement,
    private readonly context: WidgetContext<SampleTableSettings>,
  ) {
    this.root = html('div', { class: 'rows' }, element)
    this.body = html('div', { class: 'rows-body', role: 'grid', 'aria-label': 'Samples' }, this.root)
    this.head = html('div', { class: 'rows-head', role: 'row', 'aria-rowindex': 1 }, this.body)
    this.spacer = html('div', { class: 'rows-spacer', role: 'rowgroup' }, this.body)
    this.unfade = fadeEdge(this.body, this.head)
    this.body.addEventListener('scroll', () => {
      this.top = this.body.scrollTop
      this.drawRows()
    }, { passive: true })
    this.spacer.addEventListener('keydown', (event) => { this.key(event) })
    this.spacer.addEventListener('click', (event) => { this.click(event) })
  }

  summary(): string {
    if (!this.input?.data) return ''
    const { sort, descending } = this.input.settings
    const order = sort ? [`by ${sort}${descending ? ', highest first' : ''}`] : []
    return [countOf(this.page.total, 'row'), ...order].join(' · ')
  }

  /** The rows that are loaded. */
  table(): TableData {
    const { columns, ids, model } = this.page
    const models = model.some((name) => name !== null)
    return {
      columns: ['sample', ...(models ? ['model'] : []), ...columns.map(({ name }) => name)],
      rows: ids.map((id, i) => [
        id, ...(models ? [model[i] ?? null] : []), ...columns.map(({ values }) => values[i] ?? null),
      ]),
    }
  }

  image(format: 'png' | 'svg'): Promise<Blob> {
    const { columns, rows } = this.table()
    const first = visibleRows(this.page.total, this.top, this.height).first
    const from = Math.max(0, first - this.page.offset)
    const shown = rows.slice(from, from + 40)
    return pictureOfTable(this.root, { columns, rows: shown }, 'Sample table', this.summary(), format)
  }

  escape(): void {
    this.close()
  }

  update(input: WidgetInput<SampleTableSettings>): void {
    this.input = input
    if (!input.data) return
    this.page = readPage(input.data.page)
    this.asked = -1
    this.current = Math.min(this.current, Math.max(0, this.page.total - 1))
    this.measureColumns(input)
    this.drawHead()
    this.spacer.style.height = `${String(scrolledHeight(this.page.total))}px`
    this.body.setAttribute('aria-rowcount', String(this.page.total + 1))
    this.drawn = ''
    this.drawRows()
    if (this.shown !== null) this.follow(this.shown)
  }

  resize(width: number, height: number): void {
    this.width = width
    this.height = height
    if (this.input?.data) {
      this.measureColumns(this.input)
      this.drawHead()
      this.drawn = ''
    }
    this.drawRows()
  }

  destroy(): void {
    clearTimeout(this.timer)
    this.close()
    this.unfade()
    this.root.remove()
  }

  private measureColumns({ colour, theme }: WidgetInput<SampleTableSettings>): void {
    const { columns, ids, model } = this.page
    const longest = (values: (string | null)[], type: string): number =>
      Math.max(0, ...values.slice(0, 100).map((value) => displayText(value, type).length))
    this.looks = columns.map((column) => lookOf(column, longest(column.values, column.type)))
    const idWidth = Math.round(Math.min(320, Math.max(90, longest(ids, 'text') * 7.3 + 20)))
    const models = model.some((name) => name !== null) ? [130] : []
    const widths = [idWidth, ...models, ...this.looks.map(({ width }) => width)]
    const total = widths.reduce((a, b) => a + b, 0)
    // Wide cards spread the columns, but not so far that rows are hard to follow.
    const spread = Math.min(1.5, Math.max(1, (this.width - 14) / Math.max(total, 1)))
    const palette = readPalette(this.root, colour, theme)
    const labels = groupLabels(colour)
    this.style = {
      template: widths.map((width) => `${String(Math.round(width * spread))}px`).join(' '),
      colourColumn: colour?.column ?? null,
      colourOf: (value) => {
        const exact = colour?.values.findIndex((values) => values?.length === 1 && values[0] === value) ?? -1
        const group = exact >= 0 ? exact : value === null ? labels.indexOf('missing') : labels.indexOf('other')
        return palette.groups[group] ?? null
      },
    }
  }

  private drawHead(): void {
    const { columns, model } = this.page
    const { sort, descending } = this.input?.settings ?? { sort: null, descending: false }
    const models = model.some((name) => name !== null)
    const key = JSON.stringify([columns.map(({ name }) => name), models, sort, descending, this.style.template])
    if (key === this.headed) return
    this.headed = key
    const focused = document.activeElement?.getAttribute('data-sort')
    this.head.replaceChildren()
    this.head.style.gridTemplateColumns = this.style.template
    this.body.setAttribute('aria-colcount', String(columns.length + 1))
    html('div', { role: 'columnheader', class: 'rows-th' }, this.head, 'sample')
    if (models) {
      html('div', { role: 'columnheader', class: 'rows-th' }, this.head, 'model')
    }
    columns.forEach(({ name, type }, index) => {
      const sorted = sort === name ? (descending ? 'descending' : 'ascending') : 'none'
      const kind = this.looks[index]?.kind ?? 'text'
      const cell = html('div', {
        role: 'columnheader', class: `rows-th rows-${kind}`, 'aria-sort': sorted,
      }, this.head)
      if (type === 'array' || type === 'dict') {
        html('span', { title: name }, cell, name)
        return
      }
      const button = html('button', { type: 'button', 'data-sort': name, title: `${name}: sort` }, cell)
      html('span', {}, button, name)
      if (sorted !== 'none') html('i', { 'aria-hidden': 'true' }, button, descending ? '↓' : '↑')
      button.addEventListener('click', () => { this.sortBy(name) })
      if (focused === name) button.focus()
    })
  }

  /** Ascending, descending, then import order again. */
  private sortBy(name: string): void {
    const { sort, descending } = this.input?.settings ?? { sort: null, descending: false }
    const next = sort !== name ? { sort: name, descending: false }
      : descending ? { sort: null, descending: false } : { sort: name, descending: true }
    this.top = this.body.scrollTop = 0
    this.context.setTransient({ offset: 0 })
    this.context.setSettings(next)
  }

  private drawRows(): void {
    const { page } = this
    const height = Math.max(ROW_HEIGHT, this.height - ROW_HEIGHT)
    this.top = Math.min(this.top, Math.max(0, scrolledHeight(page.total) - height))
    const visible = visibleRows(page.total, this.top, height)
    const key = [visible.first, visible.count, visible.top, page.offset, this.current, this.shown].join()
    if (key !== this.drawn) {
      this.drawn = key
      const hadFocus = this.spacer.contains(document.activeElement)
      const rows = Array.from({ length: visible.count }, (_, i) => {
        const element = rowElement(page, visible.first + i, this.looks, this.style)
        element.style.transform = `translateY(${String(visible.top + i * ROW_HEIGHT)}px)`
        const isCurrent = visible.first + i === this.current
        element.tabIndex = isCurrent ? 0 : -1
        element.classList.toggle('rows-shown', isCurrent && this.shown !== null)
        return element
      })
      // The table can always be entered by keyboard, also when its row is out of sight.
      const [first] = rows
      if (first && !rows.some(({ tabIndex }) => tabIndex === 0)) first.tabIndex = 0
      this.spacer.replaceChildren(...rows)
      if (hadFocus) this.focusRow()
    }
    this.askFor(visible)
  }

  private askFor(visible: { first: number; count: number; top: number }): void {
    const { page, input } = this
    if (!input?.data) return
    const limit = Math.max(LEAST_PAGE, input.settings.limit, 2 * visible.count)
    const offset = pageFor(visible, page.total, { offset: page.offset, length: page.ids.length }, limit)
    if (offset === null || offset === this.asked) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.asked = offset
      this.context.setTransient({ offset, limit: Math.min(limit, 1000) })
    }, PAUSE)
  }

  private click(event: MouseEvent): void {
    const row = (event.target as Element).closest<HTMLElement>('[data-row]')
    if (!row) return
    this.moveTo(Number(row.dataset.row))
    // Selecting an id with the mouse is no wish for details.
    if (window.getSelection()?.toString()) return
    this.openDetail()
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 2)
    const last = this.page.total - 1
    const moves: Record<string, number> = {
      ArrowDown: this.current + 1, ArrowUp: this.current - 1,
      PageDown: this.current + page, PageUp: this.current - page, Home: 0, End: last,
    }
    const to = moves[event.key]
    if (to !== undefined) this.moveTo(Math.max(0, Math.min(last, to)))
    else if (event.key === 'Enter' || event.key === ' ') this.openDetail()
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && !window.getSelection()?.toString()) {
      const id = this.page.ids[this.current - this.page.offset]
      if (id !== undefined) void navigator.clipboard.writeText(id).catch(() => undefined)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  private moveTo(row: number): void {
    this.scrollToRow(row)
    this.focusRow()
  }

  private scrollToRow(row: number): void {
    this.current = row
    const height = this.body.clientHeight - ROW_HEIGHT
    this.body.scrollTop = scrollTo(row, this.page.total, this.body.scrollTop, height)
    this.top = this.body.scrollTop
    this.drawRows()
  }

  private focusRow(): void {
    this.spacer.querySelector<HTMLElement>(`[data-row="${String(this.current)}"]`)
      ?.focus({ preventScroll: true })
  }

  /** Shows the sample of the current row in the page's panel, now or when it is loaded. */
  private openDetail(): void {
    const { page, current } = this
    const index = current - page.offset
    const [sample, id] = [page.sample[index], page.ids[index]]
    this.shown = sample ?? 'next'
    this.drawRows()
    if (sample === undefined || id === undefined) return
    this.context.showSample({
      sample, id, row: current, rows: page.total,
      go: (row) => {
        this.scrollToRow(row)
        this.openDetail()
      },
      closed: () => {
        this.shown = null
        this.drawRows()
        this.focusRow()
      },
    })
  }

  /** Other rows came: the sample that is shown has another place among them, or none. */
  private follow(shown: number | 'next'): void {
    const index = shown === 'next' ? this.current - this.page.offset : this.page.sample.indexOf(shown)
    if (this.page.sample[index] === undefined) return
    this.current = this.page.offset + index
    this.openDetail()
  }

  private close(): void {
    this.shown = null
    this.context.showSample(null)
  }
}

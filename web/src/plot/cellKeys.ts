/**
 * A matrix by keyboard: one stop of the Tab key, arrows from cell to cell, Enter or Space to choose.
 *
 * Of the grid that screen readers are told of, only the cell in hand is in the document, so that
 * ten thousand cells cost no more than one; each cell that takes its place is read out.
 */
import { setAttributes, svg } from './elements'
import type { CellBox } from './matrix'

export interface Cells {
  /** The lowest row and column: -1 where headings can be chosen too. */
  first: number
  lines: number
  box(row: number, column: number): CellBox
  name(row: number, column: number): string
  on(row: number, column: number): boolean
}

export class CellKeys {
  private readonly grid: SVGGElement
  private readonly line: SVGGElement
  private cell: SVGRectElement
  private cells: Cells | null = null
  private row = 0
  private column = 0

  constructor(
    parent: SVGGElement,
    private readonly choose: (row: number, column: number) => void,
    private readonly look: (row: number, column: number) => void = () => undefined,
  ) {
    this.grid = svg('g', { role: 'grid' }, parent)
    this.line = svg('g', { role: 'row' }, this.grid)
    this.cell = this.make()
  }

  /** Lays the grid over a matrix; the focus stays where it is. */
  place(label: string, cells: Cells): void {
    this.cells = cells
    const last = cells.lines - 1
    this.row = Math.max(cells.first, Math.min(this.row, last))
    this.column = Math.max(cells.first, Math.min(this.column, last))
    const size = cells.lines - cells.first
    setAttributes(this.grid, { 'aria-label': label, 'aria-rowcount': size, 'aria-colcount': size })
    this.draw()
  }

  /** Takes the focus to a cell, as a press on it does. */
  focus(row: number, column: number): void {
    if (row === this.row && column === this.column) {
      this.cell.focus({ preventScroll: true })
      return
    }
    this.row = row
    this.column = column
    const before = this.cell
    this.cell = this.make()
    this.draw()
    this.cell.focus({ preventScroll: true })
    before.remove()
  }

  destroy(): void {
    this.grid.remove()
  }

  private make(): SVGRectElement {
    const cell = svg('rect', { class: 'plot-cell plot-catch', role: 'gridcell', tabindex: 0, rx: 3 }, this.line)
    cell.addEventListener('keydown', (event) => { this.key(event) })
    cell.addEventListener('focus', () => { if (cell.matches(':focus-visible')) this.look(this.row, this.column) })
    return cell
  }

  private draw(): void {
    const { cells, row, column } = this
    if (!cells || cells.lines === 0) {
      this.grid.style.display = 'none'
      return
    }
    this.grid.style.display = ''
    setAttributes(this.line, { 'aria-rowindex': row - cells.first + 1 })
    setAttributes(this.cell, {
      ...cells.box(row, column),
      'aria-colindex': column - cells.first + 1,
      'aria-label': cells.name(row, column),
      'aria-selected': String(cells.on(row, column)),
    })
  }

  private key(event: KeyboardEvent): void {
    const { cells, row, column } = this
    if (!cells || event.ctrlKey || event.metaKey || event.altKey) return
    const [first, last] = [cells.first, cells.lines - 1]
    const moves: Record<string, [number, number]> = {
      ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column],
      Home: [row, first], End: [row, last], PageUp: [first, column], PageDown: [last, column],
    }
    const move = moves[event.key]
    if (event.key === 'Enter' || event.key === ' ') this.choose(row, column)
    else if (move) {
      const [down, across] = move.map((line) => Math.max(first, Math.min(last, line))) as [number, number]
      // There is nothing where the headings meet.
      if (down >= 0 || across >= 0) this.focus(down, across)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
}

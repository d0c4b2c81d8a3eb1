/** Draws correlations: a cell for each pair of columns, from -1 to 1. */
import type { Measure } from '../../api/arrow'
import { CellKeys } from '../../plot/cellKeys'
import { pointOf } from '../../plot/drag'
import { countOf, formatCount, formatNumber } from '../../plot/format'
import { arrayOf } from '../../plot/measures'
import { cellAt, cellBox, drawCells, drawHeadings, headingRoom, type Matrix } from '../../plot/matrix'
import { colourAt, OPPOSITES } from '../../plot/ramps'
import { drawScaleBar, SCALE_BAR_ROOM } from '../../plot/scaleBar'
import type { TooltipRow } from '../../plot/tooltip'
import { PlotView, type Measures } from '../../plot/view'
import type { TableData, WidgetContext, WidgetInput } from '../widget'

export interface CorrelationMatrixSettings {
  columns: string[]
  method: 'pearson' | 'spearman'
}

export interface Pair {
  r: number
  p: number
  n: number
}

const MARGIN = 10
const WIDEST = 120
const HIGHEST = 64

export class CorrelationMatrixView extends PlotView<CorrelationMatrixSettings> {
  private matrix: Matrix | null = null
  private columns: string[] = []
  private readonly keys: CellKeys

  constructor(element: HTMLElement, context: WidgetContext<CorrelationMatrixSettings>) {
    super(element, context, 'Correlation matrix')
    const { svg: surface, tooltip } = this.frame
    this.keys = new CellKeys(
      this.frame.brushes,
      (row, column) => { this.open(row, column) },
      (row, column) => {
        if (!this.matrix) return
        const { x, y, width, height } = cellBox(this.matrix, row, column)
        this.tell(row, column, x + width, y + height / 2)
      },
    )
    surface.addEventListener('click', (event) => {
      const cell = this.at(event)
      if (!cell) return
      this.keys.focus(...cell)
      this.open(...cell)
    })
    surface.addEventListener('pointermove', (event) => {
      const cell = this.at(event)
      surface.style.cursor = cell ? 'pointer' : ''
      const { x, y } = pointOf(event, surface)
      if (cell) this.tell(...cell, x, y)
      else tooltip.hide()
    })
    for (const end of ['pointerleave', 'focusout']) surface.addEventListener(end, () => { tooltip.hide() })
  }

  summary(): string {
    const measure = this.measure('correlation')
    if (!measure) return ''
    const method = measure.meta.method === 'spearman' ? 'Spearman' : 'Pearson'
    const pairs = this.columns.flatMap((_, i) => this.columns.map((_name, j) => [i, j] as const))
    const counts = pairs.map(([i, j]) => pairOf(measure, this.columns.length, i, j).n)
    const units = new Set(pairs.map(([i, j]) => unitOf(measure, i, j)))
    const [least, most] = [Math.min(...counts), Math.max(...counts)]
    const highest = units.size > 1 ? `${formatCount(most)} rows or samples` : countOf(most, [...units].join(''))
    const counted = least === most ? highest : `${formatCount(least)} to ${highest}`
    return [method, countOf(this.columns.length, 'column'), counted].join(' · ')
  }

  table(): TableData {
    const measure = this.measure('correlation')
    const { columns } = this
    if (!measure) return { columns: [], rows: [] }
    const rows = columns.flatMap((one, i) => columns.slice(i + 1).map((other, k) => {
      const { r, p, n } = pairOf(measure, columns.length, i, i + 1 + k)
      return [one, other, Number.isNaN(r) ? 'undefined' : r, pText(p), n, `${unitOf(measure, i, i + 1 + k)}s`]
    }))
    return { columns: ['column', 'with', 'r', 'p', 'n', 'of'], rows }
  }

  protected draw({ theme }: WidgetInput<CorrelationMatrixSettings>, data: Measures): void {
    const { frame } = this
    const measure = data.correlation
    this.columns = (measure?.meta.columns as string[] | undefined) ?? []
    frame.clear()
    const matrix = this.columns.length > 1 && measure ? this.layout() : null
    this.matrix = matrix
    if (!matrix || !measure) {
      this.placeKeys()
      frame.say('Choose a second column in the settings.')
      return
    }
    const { columns } = this
    const { upright } = headingRoom(columns, matrix.across, frame.width)
    drawHeadings(frame.picture, matrix, columns, { rows: true, columns: true, upright })
    drawCells(frame.picture, matrix, columns.flatMap((_, row) => columns.map((_name, column) => {
      const { r } = pairOf(measure, columns.length, row, column)
      const colour = colourAt(OPPOSITES[theme], Number.isNaN(r) ? 0.5 : (r + 1) / 2)
      // With itself every column goes together; that is no finding.
      return { row, column, colour, faint: row === column, texts: [briefCorrelation(r)] }
    })))
    const left = matrix.left
    const right = Math.max(left + 60, Math.min(left + matrix.lines * matrix.across, left + 260))
    drawScaleBar(frame.picture, OPPOSITES[theme], { left, right, y: frame.height - SCALE_BAR_ROOM + 2 }, [[0, '−1'], [0.5, '0'], [1, '1']])
    this.placeKeys()
  }

  private layout(): Matrix {
    const { columns, frame: { width, height } } = this
    const { rowRoom } = headingRoom(columns, 0, width)
    const lines = columns.length
    const across = Math.max(3, Math.min(WIDEST, (width - rowRoom - 2 * MARGIN) / lines))
    const { columnRoom } = headingRoom(columns, across, width)
    const down = Math.max(3, Math.min(HIGHEST, (height - columnRoom - SCALE_BAR_ROOM - MARGIN - 4) / lines))
    return { left: MARGIN + rowRoom, top: 4 + columnRoom, across, down, lines, apart: lines, rowRoom, columnRoom }
  }

  private placeKeys(): void {
    const { matrix } = this
    this.keys.place('Correlations', {
      first: 0, lines: matrix?.lines ?? 0,
      box: (row, column) => (matrix ? cellBox(matrix, row, column) : { x: 0, y: 0, width: 0, height: 0 }),
      name: (row, column) => {
        const said = this.rowsOf(row, column).map(({ name, value }) => `${name} ${value}`).join(', ')
        return `${this.titleOf(row, column)}: ${said}; Enter draws ${row === column ? 'it' : 'them'}`
      },
      on: () => false,
    })
  }

  private titleOf(row: number, column: number): string {
    return row === column ? this.columns[row] ?? '' : `${this.columns[row] ?? ''} and ${this.columns[column] ?? ''}`
  }

  private rowsOf(row: number, column: number): TooltipRow[] {
    const measure = this.measure('correlation')
    if (!measure) return []
    const { r, p, n } = pairOf(measure, this.columns.length, row, column)
    return [
      { name: 'r', value: Number.isNaN(r) ? 'undefined: a column is constant here' : formatNumber(r, 4) },
      ...(row === column ? [] : [{ name: 'p', value: pText(p) }]),
      { name: `${unitOf(measure, row, column)}s`, value: formatCount(n) },
    ]
  }

  private at(event: MouseEvent): [number, number] | null {
    const { x, y } = pointOf(event, this.frame.svg)
    const cell = this.matrix && cellAt(this.matrix, x, y)
    return cell && cell[0] >= 0 && cell[1] >= 0 ? cell : null
  }

  private tell(row: number, column: number, x: number, y: number): void {
    const hint = { name: row === column ? 'Click to draw its distribution' : 'Click to draw them as a point plot', value: '' }
    this.frame.tooltip.show(x, y, this.titleOf(row, column), [...this.rowsOf(row, column), hint])
  }

  /** What is behind a cell: both columns as a point plot, or the one column's distribution. */
  private open(row: number, column: number): void {
    const [y, x] = [this.columns[row], this.columns[column]]
    if (x === undefined || y === undefined) return
    this.frame.tooltip.hide()
    if (x === y) this.context.addWidget('distribution', { column: x })
    else this.context.addWidget('point_plot', { x, y })
  }
}

/** What n counts: rows, or samples of which several rows tell the same. */
function unitOf(measure: Measure, row: number, column: number): 'row' | 'sample' {
  const ofSamples = measure.meta.of_samples as boolean[] | undefined
  return ofSamples?.[row] && ofSamples[column] ? 'sample' : 'row'
}

export function pairOf(measure: Measure, size: number, row: number, column: number): Pair {
  const at = (name: string): number => arrayOf(measure, name)[row * size + column] ?? NaN
  return { r: at('r'), p: at('p'), n: at('n') }
}

/** "0.36", "−0.04"; "1" only when it is, "1.00" when it is nearly; "–" for undefined. */
export function briefCorrelation(r: number): string {
  if (Number.isNaN(r)) return '–'
  const text = Math.abs(r) === 1 ? String(r) : r.toFixed(2)
  return text === '-0.00' ? '0.00' : text.replace('-', '−')
}

/** A p-value; one too small for float64 is told as such. */
export function pText(p: number): string {
  if (Number.isNaN(p)) return 'undefined'
  return p < 1e-300 ? '< 1e−300' : formatNumber(p, 3)
}

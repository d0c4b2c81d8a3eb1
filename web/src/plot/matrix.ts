/** A matrix of cells with headings: where its cells are, and how they are drawn. */
import { svg, svgText, textWidth } from './elements'
import type { Rgb } from './palette'
import { hexOf, inkOn } from './ramps'

export interface Matrix {
  left: number
  top: number
  /** The size of a cell with the gap to its neighbour. */
  across: number
  down: number
  lines: number
  /** Lines from this one on stand apart from those before. */
  apart: number
  /** What the headings of rows and of columns take; 0 when there are none. */
  rowRoom: number
  columnRoom: number
}

export interface CellBox {
  x: number
  y: number
  width: number
  height: number
}

export const APART = 5
const TEXT_HEIGHT = 14

const from = (line: number, size: number, apart: number): number =>
  line * size + (line >= apart ? APART : 0)

const gapOf = (size: number): number => (size >= 14 ? 2 : size >= 6 ? 1 : 0)

/** The box of a cell; -1 is the heading of the row or column. */
export function cellBox(matrix: Matrix, row: number, column: number): CellBox {
  const { left, top, across, down, apart, rowRoom, columnRoom } = matrix
  const [wide, high] = [across - gapOf(across), down - gapOf(down)]
  return {
    x: column < 0 ? left - rowRoom : left + from(column, across, apart),
    y: row < 0 ? top - columnRoom : top + from(row, down, apart),
    width: column < 0 ? Math.max(0, rowRoom - 4) : wide,
    height: row < 0 ? Math.max(0, columnRoom - 3) : high,
  }
}

/** The cell or heading at a pixel, as [row, column]; null when there is none. */
export function cellAt(matrix: Matrix, x: number, y: number): [number, number] | null {
  const { left, top, across, down, lines, apart, rowRoom, columnRoom } = matrix
  const line = (at: number, size: number, room: number): number | null => {
    if (at < 0) return at >= -room ? -1 : null
    const found = Math.floor((at >= from(apart, size, apart) ? at - APART : at) / size)
    return found < lines ? found : null
  }
  const [row, column] = [line(y - top, down, columnRoom), line(x - left, across, rowRoom)]
  return row === null || column === null || (row < 0 && column < 0) ? null : [row, column]
}

/** How wide all columns are, and how high all rows. */
export function extentOf({ across, down, lines, apart }: Matrix): { width: number; height: number } {
  const gap = lines > apart ? APART : 0
  return { width: lines * across + gap, height: lines * down + gap }
}

export interface DrawnCell {
  row: number
  column: number
  colour: Rgb
  faint: boolean
  /** Lines of text, the first one the strongest. */
  texts: string[]
}

/** Draws cells, all those of one colour at once, and the texts that fit in them. */
export function drawCells(parent: Element, matrix: Matrix, cells: DrawnCell[]): void {
  const paths = new Map<string, string>()
  for (const { row, column, colour, faint } of cells) {
    const look = `${hexOf(colour)} ${faint ? '0.35' : '1'}`
    paths.set(look, (paths.get(look) ?? '') + rounded(cellBox(matrix, row, column)))
  }
  for (const [look, d] of paths) {
    const [fill, opacity] = look.split(' ')
    svg('path', { class: 'plot-cells', d, fill, 'fill-opacity': opacity }, parent)
  }
  const figure = figureOf(matrix, cells)
  if (figure) for (const cell of cells) drawTexts(parent, matrix, cell, figure)
}

/** How figures are written so that all of them fit, without their sign if need be; null if none can. */
function figureOf(matrix: Matrix, cells: DrawnCell[]): ((text: string) => string) | null {
  const { width, height } = cellBox(matrix, 0, 0)
  if (width < 12 || height < TEXT_HEIGHT - 1) return null
  const forms = [(text: string) => text, (text: string) => text.replace('%', '')]
  return forms.find((form) => cells.every(({ texts: [text = ''] }) => textWidth(form(text)) <= width - 2)) ?? null
}

function drawTexts(
  parent: Element,
  matrix: Matrix,
  { row, column, colour, faint, texts: [first, ...more] }: DrawnCell,
  figure: (text: string) => string,
): void {
  const { x, y, width, height } = cellBox(matrix, row, column)
  if (first === undefined) return
  const fitting = [figure(first), ...more.filter((text) => textWidth(text) <= width - 4)]
  const shown = fitting.slice(0, Math.floor(height / TEXT_HEIGHT))
  shown.forEach((text, i) => {
    const middle = y + height / 2 + 4 + (i - (shown.length - 1) / 2) * TEXT_HEIGHT
    // On a faint cell the card shines through.
    const style = faint ? null : `fill:${inkOn(colour)}`
    svgText(parent, text, {
      x: x + width / 2, y: middle, 'text-anchor': 'middle', style,
      class: i === 0 ? 'plot-cell-figure' : 'plot-cell-count',
    })
  })
}

function rounded({ x, y, width: w, height: h }: CellBox): string {
  const r = Math.min(3, w / 5, h / 5)
  if (r < 1) return `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`
  const arc = (dx: number, dy: number): string => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`
  return `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}${arc(r, r)}v${n(h - 2 * r)}${arc(-r, r)}h${n(2 * r - w)}${arc(-r, -r)}v${n(2 * r - h)}${arc(r, -r)}z`
}

/** An outline around a cell or a heading. */
export function drawChosen(parent: Element, box: CellBox, colour: string): void {
  svg('rect', {
    x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2, rx: 4,
    fill: 'none', stroke: colour, 'stroke-width': 2,
  }, parent)
}

const LONGEST_ROW = 130
const LONGEST_COLUMN = 84

/** What headings take beside and above cells of a width, and whether the upper ones stand upright. */
export function headingRoom(
  labels: string[],
  across: number,
  width: number,
): { rowRoom: number; columnRoom: number; upright: boolean } {
  const widest = Math.ceil(Math.max(10, ...labels.map(textWidth)))
  const rowRoom = Math.min(widest + 10, LONGEST_ROW, width * 0.36)
  const upright = widest > across - 2
  return { rowRoom, columnRoom: upright ? Math.min(widest, LONGEST_COLUMN) + 8 : 18, upright }
}

/** Draws the names of rows and columns; where lines are thin, only some of them. */
export function drawHeadings(
  parent: Element,
  matrix: Matrix,
  labels: string[],
  show: { rows: boolean; columns: boolean; upright: boolean },
): void {
  const { across, down, columnRoom, rowRoom } = matrix
  const every = (size: number): number => Math.max(1, Math.ceil(11 / size))
  labels.forEach((label, line) => {
    if (show.rows && line % every(down) === 0) {
      const { x, y, width, height } = cellBox(matrix, line, -1)
      const place = { x: x + width - 2, y: y + height / 2 + 4, 'text-anchor': 'end' }
      svgText(parent, label, { class: 'plot-tick', ...place }, rowRoom - 8)
    }
    if (!show.columns || line % every(across) !== 0) return
    const { x, y, width, height } = cellBox(matrix, -1, line)
    const middle = x + width / 2
    if (show.upright) {
      svgText(parent, label, {
        class: 'plot-tick', transform: `translate(${n(middle + 4)} ${n(y + height)}) rotate(-90)`,
      }, columnRoom - 6)
    } else {
      const place = { x: middle, y: y + height - 3, 'text-anchor': 'middle' }
      svgText(parent, label, { class: 'plot-tick', ...place }, across)
    }
  })
}

function n(value: number): string {
  return value.toFixed(1)
}

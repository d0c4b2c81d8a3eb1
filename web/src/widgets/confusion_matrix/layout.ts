/** Where the matrices of a confusion lie: all colours first, then one for each. */
import { APART, headingRoom, type Matrix } from '../../plot/matrix'

export interface Layout {
  matrices: Matrix[]
  upright: boolean
  /** The height of the line with a matrix's name; 0 for a single one. */
  title: number
  /** Where the scores of classes begin, to the right of a single matrix; null without room. */
  scores: number | null
}

const MARGIN = 8
const BETWEEN = 14
const TITLE = 20
const WIDEST = 128
const HIGHEST = 72
export const SCORE_WIDTH = 54
const LEAST = 1

/** Lays out `count` matrices; `corner` is what the name of a single one takes beside its headings. */
export function layoutOf(
  labels: string[],
  values: number,
  count: number,
  { width, height }: { width: number; height: number },
  corner: number,
): Layout {
  const title = count > 1 ? TITLE : 0
  const lines = Math.max(1, labels.length)
  const gap = values < labels.length ? APART : 0
  const free = (whole: number, parts: number): number => (whole - 2 * MARGIN - (parts - 1) * BETWEEN) / parts - gap
  const choices = Array.from({ length: count }, (_, i) => i + 1).map((beside) => {
    const rowRoom = Math.max(headingRoom(labels, 0, width / beside).rowRoom, count === 1 ? Math.min(corner, width / 4) : 0)
    const across = Math.min(WIDEST, (free(width, beside) - rowRoom) / lines)
    const { columnRoom, upright } = headingRoom(labels, across, width / beside)
    const down = Math.min(HIGHEST, (free(height, Math.ceil(count / beside)) - columnRoom - title) / lines)
    return { beside, rowRoom, columnRoom, upright, across, down }
  })
  const room = choices.reduce((a, b) => (fit(b) > fit(a) ? b : a))
  const scored = count === 1 && room.down >= 13 && spare(room.across, lines, width, room.rowRoom) >= 3 * SCORE_WIDTH
  const least = (width - 2 * MARGIN - gap - room.rowRoom - 3 * SCORE_WIDTH - 8) / lines
  const across = Math.max(LEAST, scored ? Math.min(room.across, least) : room.across)
  const down = Math.max(LEAST, room.down)
  if (scored) room.upright = headingRoom(labels, across, width).upright
  if (scored) room.columnRoom = headingRoom(labels, across, width).columnRoom
  const pitch = [room.rowRoom + lines * across + gap + BETWEEN, title + room.columnRoom + lines * down + gap + BETWEEN] as const
  const matrices = Array.from({ length: count }, (_, i): Matrix => ({
    left: MARGIN + room.rowRoom + (i % room.beside) * pitch[0],
    top: MARGIN + title + room.columnRoom + Math.floor(i / room.beside) * pitch[1],
    across, down, lines: labels.length, apart: values,
    rowRoom: room.rowRoom, columnRoom: room.columnRoom,
  }))
  const [first] = matrices
  return {
    matrices, upright: room.upright, title,
    scores: scored && first ? first.left + lines * across + gap + 8 : null,
  }
}

/** Wide cells are no use when they are flat. */
function fit({ across, down }: { across: number; down: number }): number {
  return Math.min(across, down * 1.8)
}

/** What is left beside cells that are wide enough for their figures. */
function spare(across: number, lines: number, width: number, rowRoom: number): number {
  return width - 2 * MARGIN - APART - rowRoom - lines * Math.min(across, 40)
}

/** Draws axes, grid lines and their titles. */
import { setText, svg, svgText, textWidth, truncate } from './elements'
import { ordered, type Scale } from './scale'
import { horizontalTicks, verticalTicks, type Tick } from './ticks'

export interface AxisLook {
  title?: string
  /** Where the title of a horizontal axis may stand; along the whole axis when absent. */
  titleRoom?: [number, number]
  /** Where grid lines end, in pixels; none when absent. */
  gridTo?: number
  /** Ticks stand on the right of a vertical axis. */
  right?: boolean
  ticks?: Tick[]
}

/** How far below a horizontal axis the line of its title is. */
export const TITLE_DOWN = 31

/** Height that a horizontal axis takes. */
export function bottomRoom(titled: boolean): number {
  return titled ? 36 : 20
}

/** Width that a vertical axis takes for its labels and title. */
export function sideRoom(scale: Scale, titled: boolean, room = 96, ticks?: Tick[]): number {
  const labels = (ticks ?? verticalTicks(scale, room)).map(({ label }) => textWidth(label))
  const widest = Math.max(8, ...labels)
  return Math.ceil(widest) + 10 + (titled ? 18 : 0)
}

/** A horizontal axis whose labels stand below `y`. */
export function drawBottomAxis(parent: Element, scale: Scale, y: number, look: AxisLook): void {
  const group = svg('g', { class: 'plot-axis' }, parent)
  const [start, end] = scale.range
  for (const { at, label, full } of look.ticks ?? horizontalTicks(scale)) {
    const x = scale.place(at)
    if (x < start - 0.5 || x > end + 0.5) continue
    if (look.gridTo !== undefined) {
      svg('line', { class: 'plot-grid', x1: x, x2: x, y1: y, y2: look.gridTo }, group)
    }
    const half = textWidth(label) / 2
    const middle = Math.max(start - 24 + half, Math.min(x, end + 10 - half))
    named(group, label, full, { x: middle, y: y + 15, 'text-anchor': 'middle' })
  }
  if (look.title === undefined) return
  const [from, to] = look.titleRoom ?? [start, end]
  const title = { class: 'plot-axis-title', x: (from + to) / 2, y: y + TITLE_DOWN, 'text-anchor': 'middle' }
  svgText(group, look.title, title, to - from)
}

/** A vertical axis whose labels stand beside `x`. */
export function drawSideAxis(parent: Element, scale: Scale, x: number, look: AxisLook): void {
  const group = svg('g', { class: 'plot-axis' }, parent)
  const [top, bottom] = ordered(scale.range)
  const side = look.right ? 1 : -1
  const chosen = look.ticks ?? verticalTicks(scale)
  for (const { at, label, full } of chosen) {
    const y = scale.place(at)
    if (y > bottom + 0.5 || y < top - 0.5) continue
    if (look.gridTo !== undefined) {
      svg('line', { class: 'plot-grid', x1: x, x2: look.gridTo, y1: y, y2: y }, group)
    }
    const anchor = look.right ? 'start' : 'end'
    named(group, label, full, { x: x + side * 6, y: y + 4, 'text-anchor': anchor })
  }
  if (look.title === undefined) return
  const widest = Math.max(8, ...chosen.map(({ label }) => textWidth(label)))
  const [tx, ty] = [x + side * (widest + 16), (top + bottom) / 2]
  const title = truncate(look.title, bottom - top)
  svgText(group, title, {
    class: 'plot-axis-title',
    transform: `translate(${String(tx)} ${String(ty)}) rotate(-90)`,
    'text-anchor': 'middle',
    dy: 4,
  })
}

function named(
  parent: Element,
  label: string,
  full: string,
  place: Record<string, string | number>,
): void {
  const text = svgText(parent, label, { class: 'plot-tick', ...place })
  if (full !== label) setText(svg('title', {}, text), full)
}

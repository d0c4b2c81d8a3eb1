/** A row of names and colours; what does not fit is counted in "+3" with the rest as tooltip. */
import { setText, svg, svgText, textWidth, truncate } from './elements'

export interface LegendEntry {
  name: string
  colour: string
  shape?: 'dot' | 'cross' | 'line' | 'dashed' | 'dotted' | 'band'
}

const GAP = 14
const MARK = 14

/** The width of a legend that shows every entry in full. */
export function legendWidth(entries: LegendEntry[]): number {
  return entries.reduce((width, { name }) => width + MARK + textWidth(name) + GAP, -GAP)
}

/** Draws a legend that ends at `right` on the line `y`; returns the width it took. */
export function drawLegend(
  parent: Element,
  entries: LegendEntry[],
  right: number,
  y: number,
  room: number,
): number {
  if (entries.length === 0) return 0
  const group = svg('g', { class: 'plot-legend' }, parent)
  const longest = entries.length > 1 ? Math.max(48, room / Math.min(entries.length, 4)) : room - MARK
  const named = entries.map((entry) => ({ ...entry, label: truncate(entry.name, longest - MARK) }))
  const widths = named.map(({ label }) => MARK + textWidth(label) + GAP)
  let shown = named.length
  const total = (count: number): number => widths.slice(0, count).reduce((a, b) => a + b, -GAP)
  while (shown > 1 && total(shown) > room - (shown < named.length ? 30 : 0)) shown -= 1
  const hidden = named.slice(shown)
  const width = total(shown) + (hidden.length ? 30 : 0)
  let x = right - width
  for (const [i, entry] of named.slice(0, shown).entries()) {
    drawMark(group, entry, x, y)
    const text = svgText(group, entry.label, { x: x + MARK, y: y + 4 })
    if (entry.label !== entry.name) setText(svg('title', {}, text), entry.name)
    x += widths[i] ?? 0
  }
  if (hidden.length) {
    const more = svgText(group, `+${String(hidden.length)}`, { x, y: y + 4 })
    setText(svg('title', {}, more), hidden.map(({ name }) => name).join(', '))
  }
  return width
}

function drawMark(group: Element, { colour, shape }: LegendEntry, x: number, y: number): void {
  if (shape === 'line' || shape === 'dashed' || shape === 'dotted') {
    const dash = shape === 'line' ? null : shape === 'dashed' ? '4 3' : '1 3'
    svg('line', {
      x1: x - 1, x2: x + 10, y1: y, y2: y,
      stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dash, 'stroke-linecap': 'round',
    }, group)
  } else if (shape === 'band') {
    svg('rect', {
      x: x - 1, y: y - 4, width: 11, height: 8, rx: 2, fill: colour, 'fill-opacity': 0.25,
    }, group)
  } else if (shape === 'cross') {
    svg('path', {
      d: `M${String(x + 1.5)} ${String(y - 3.5)}l7 7m0 -7l-7 7`, fill: 'none', stroke: colour, 'stroke-width': 1.75,
    }, group)
  } else {
    svg('circle', { cx: x + 5, cy: y, r: 4, fill: colour }, group)
  }
}

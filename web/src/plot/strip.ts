/** The strip above a plot: its tools at the left, its legend at the right or, too long, below. */
import { legendWidth, type LegendEntry } from './legend'

export interface Strip {
  height: number
  /** The middle of the legend's line, its right end, and the room to the left of that. */
  y: number
  right: number
  room: number
}

const TOOLS_HEIGHT = 28
const LINE_HEIGHT = 26
const SECOND_LINE = 16
const PLAIN = 10
const MARGIN = 14
// Lower plots have no room for a second line: their legend counts what does not fit.
const TALL = 240

/** The strip of a plot of some size; `tools` is how far its tools reach from the left, or 0. */
export function stripOf(
  entries: LegendEntry[],
  { width, height }: { width: number; height: number },
  tools: number,
): Strip {
  const right = width - MARGIN
  const whole = right - MARGIN
  if (tools === 0) return { height: entries.length ? LINE_HEIGHT : PLAIN, y: 12, right, room: whole }
  const beside = right - tools - MARGIN
  if (height < TALL || legendWidth(entries) <= beside) {
    return { height: TOOLS_HEIGHT, y: 14, right, room: Math.max(0, beside) }
  }
  return { height: TOOLS_HEIGHT + SECOND_LINE, y: 14 + SECOND_LINE + 2, right, room: whole }
}

/** Paints the lines of parallel coordinates on a canvas, at once or over a few frames. */
import type { TypedArray } from '../../api/arrow'
import type { Palette } from '../../plot/palette'

export interface Field {
  /** Pixels across of each axis. */
  across: number[]
  top: number
  bottom: number
}

/** The chosen part of each axis as shares of it; null where nothing is chosen. */
export type Parts = ([number, number] | null)[]

// Positions are float32: a bound named by a value still holds that value.
const ROUNDING = 2e-7
// Milliseconds of one frame that painting may take; the rest follows in the next frames.
const BUDGET = 22
// Ground lines are painted at once, when the size changes: as many as a frame allows.
const MOST_GROUND = 700

/** Whether a row lies in every chosen part; a value without a place lies in none. */
export function passes(positions: TypedArray, row: number, parts: Parts): boolean {
  for (let axis = 0; axis < parts.length; axis += 1) {
    const part = parts[axis]
    if (!part) continue
    const at = positions[row * parts.length + axis] as number
    if (!(at >= part[0] - ROUNDING && at <= part[1] + ROUNDING)) return false
  }
  return true
}

/** Strokes one row as a smooth curve from axis to axis, with a gap at a missing value. */
function stroke(
  context: CanvasRenderingContext2D,
  { across, top, bottom }: Field,
  positions: TypedArray,
  row: number,
): void {
  const first = row * across.length
  let broken = true
  context.beginPath()
  for (let axis = 0; axis < across.length; axis += 1) {
    const at = positions[first + axis] as number
    if (at !== at) {
      broken = true
      continue
    }
    const x = across[axis] as number
    const y = bottom - at * (bottom - top)
    if (broken) context.moveTo(x, y)
    else {
      const before = across[axis - 1] as number
      const middle = (before + x) / 2
      const from = bottom - (positions[first + axis - 1] as number) * (bottom - top)
      context.bezierCurveTo(middle, from, middle, y, x, y)
    }
    broken = false
  }
  context.stroke()
}

export interface Strands {
  positions: TypedArray
  colour: TypedArray
  count: number
  parts: Parts
}

export class LinePainter {
  private frame = 0
  private go: (budget: number) => void = () => undefined

  /** Paints the ground rows, faint and grey. */
  ground(
    context: CanvasRenderingContext2D,
    field: Field,
    positions: TypedArray,
    colour: string,
  ): void {
    const rows = field.across.length ? Math.floor(positions.length / field.across.length) : 0
    context.lineWidth = 1
    context.strokeStyle = colour
    const step = Math.ceil(rows / MOST_GROUND)
    context.globalAlpha = strength(rows / Math.max(step, 1)) * 0.55
    for (let row = 0; row < rows; row += step) stroke(context, field, positions, row)
    context.globalAlpha = 1
  }

  /**
   * Paints rows that fail a brush in grey and the others in colour above them, in the order of
   * the sample, so that no colour covers another. What does not fit in a frame follows later.
   */
  paint(context: CanvasRenderingContext2D, field: Field, strands: Strands, palette: Palette): void {
    this.stop()
    const { positions, colour, count, parts } = strands
    const passing: number[] = []
    const failing: number[] = []
    for (let row = 0; row < count; row += 1) (passes(positions, row, parts) ? passing : failing).push(row)
    const order = [...failing, ...passing]
    let next = 0
    const faint = strength(failing.length) * 0.55
    const solid = strength(passing.length)
    this.go = (budget) => {
      const start = performance.now()
      context.lineWidth = passing.length < 200 ? 1.5 : 1
      while (next < order.length) {
        const row = order[next] as number
        const ground = next < failing.length
        context.globalAlpha = ground ? faint : solid
        context.strokeStyle = ground ? palette.ground
          : palette.groups[colour[row] as number] ?? palette.accent
        stroke(context, field, positions, row)
        next += 1
        if (next % 64 === 0 && performance.now() - start > budget) break
      }
      context.globalAlpha = 1
      this.frame = next < order.length ? requestAnimationFrame(() => this.go(BUDGET)) : 0
    }
    this.go(BUDGET)
  }

  /** Paints at once what would follow later, e.g. for a picture. */
  finish(): void {
    if (!this.frame) return
    this.stop()
    this.go(Infinity)
  }

  stop(): void {
    if (this.frame) cancelAnimationFrame(this.frame)
    this.frame = 0
  }
}

/** The opacity of one line among so many. */
function strength(rows: number): number {
  return Math.min(0.9, Math.max(0.06, 4 / Math.sqrt(Math.max(rows, 1))))
}

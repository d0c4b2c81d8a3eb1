/** One end of a brush as a slider: it can be dragged, and moved with the arrow keys. */
import { tickStep } from 'd3-array'
import { setAttributes, svg } from './elements'
import type { Scale } from './scale'

export interface HandleMoves {
  /** The end moves to a coordinate. */
  to(coordinate: number, phase: 'move' | 'end'): void
  clear(): void
}

export class Handle {
  readonly element: SVGGElement
  private readonly grip: SVGRectElement
  private scale: Scale | null = null
  private value = 0

  constructor(
    parent: Element,
    readonly label: string,
    private readonly orientation: 'x' | 'y',
    private readonly describe: (coordinate: number) => string,
    moves: HandleMoves,
  ) {
    this.element = svg('g', {
      class: `plot-handle plot-handle-${orientation}`,
      role: 'slider',
      tabindex: 0,
      'aria-label': label,
      'aria-orientation': orientation === 'x' ? 'horizontal' : 'vertical',
    }, parent)
    const catchSize = orientation === 'x' ? { x: -7, y: -22, width: 14, height: 44 }
      : { x: -16, y: -6, width: 32, height: 12 }
    svg('rect', { class: 'plot-handle-reach', ...catchSize }, this.element)
    const shape = orientation === 'x' ? { x: -4, y: -11, width: 8, height: 22 }
      : { x: -9, y: -4, width: 18, height: 8 }
    this.grip = svg('rect', { class: 'plot-handle-grip', rx: 3, ...shape }, this.element)
    this.element.addEventListener('keydown', (event) => { this.key(event, moves) })
    this.element.addEventListener('keyup', (event) => {
      if (STEPS[event.key] !== undefined || event.key === 'Home' || event.key === 'End') {
        moves.to(this.value, 'end')
      }
    })
  }

  /** Puts the handle at a coordinate; an idle one is seen only while it has the focus. */
  place(scale: Scale, coordinate: number, across: number, idle: boolean): void {
    this.scale = scale
    this.value = coordinate
    const along = scale.place(Math.min(scale.domain[1], Math.max(scale.domain[0], coordinate)))
    const [x, y] = this.orientation === 'x' ? [along, across] : [across, along]
    setAttributes(this.element, {
      transform: `translate(${String(x)} ${String(y)})`,
      'aria-valuemin': scale.axis.domain[0],
      'aria-valuemax': scale.axis.domain[1],
      'aria-valuenow': coordinate,
      'aria-valuetext': idle ? 'not set' : this.describe(coordinate),
    })
    this.element.classList.toggle('plot-handle-idle', idle)
  }

  /** A smaller grip where there is little room. */
  shrink(length: number): void {
    const size = Math.max(6, Math.min(22, length))
    if (this.orientation === 'x') setAttributes(this.grip, { y: -size / 2, height: size })
    else setAttributes(this.grip, { x: -size / 2, width: size })
  }

  private key(event: KeyboardEvent, moves: HandleMoves): void {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      moves.clear()
    } else if (this.scale) {
      const next = movedByKey(event, this.scale, this.value)
      if (next === null) return
      moves.to(next, 'move')
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
}

const STEPS: Record<string, number> = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
}

/** Where a key moves a coordinate to; null when the key moves nothing. */
export function movedByKey(event: KeyboardEvent, scale: Scale, value: number): number | null {
  // The whole axis, of which a window may be shown: a bound beyond it stays where it is.
  const [low, high] = scale.axis.domain
  if (event.key === 'Home') return low
  if (event.key === 'End') return high
  const steps = STEPS[event.key]
  if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return null
  const moved = value + steps * (event.shiftKey ? 10 : 1) * keyStep(scale)
  return Math.min(high, Math.max(low, moved))
}

/** The distance of one arrow key: about a hundredth of what is shown, in round values. */
export function keyStep(scale: Scale): number {
  const { axis, domain } = scale
  if (axis.kind === 'category') return 1
  if (axis.kind === 'time') {
    const units = [864e8, 36e8, 6e7, 1e6, 1e3, 1]
    const wanted = (domain[1] - domain[0]) / 100
    const unit = units.find((size) => size <= wanted) ?? 1
    return Math.max(1, Math.round(wanted / unit)) * unit
  }
  const step = tickStep(domain[0], domain[1], 100)
  return axis.type === 'integer' ? Math.max(1, Math.round(step)) : step
}

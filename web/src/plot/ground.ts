/** The ground of a plot: what takes presses, keys and the wheel where no brush does. */
import { onDrag, type Drag, type Point } from './drag'
import { setAttributes, svg } from './elements'

export interface GroundEvents {
  /** A press of the main button; null: it starts nothing. */
  press(from: Point): Drag | null
  key(event: KeyboardEvent): void
}

export class Ground {
  readonly element: SVGRectElement

  constructor(
    parent: SVGGElement, surface: SVGSVGElement, attributes: Record<string, string>, { press, key }: GroundEvents,
  ) {
    this.element = svg('rect', { class: 'plot-catch', tabindex: 0, ...attributes }, parent)
    const { classList } = this.element
    onDrag(this.element, surface, (from) => {
      // Focus for the keys that may follow; its ring is for those who came by keyboard.
      classList.add('plot-pressed')
      this.element.focus({ preventScroll: true })
      return press(from)
    })
    this.element.addEventListener('keydown', key)
    for (const end of ['keydown', 'blur']) {
      this.element.addEventListener(end, () => { classList.remove('plot-pressed') })
    }
  }

  /** The area between the ends of both sides, in pixels. */
  place([left, right]: [number, number], [bottom, top]: [number, number]): void {
    setAttributes(this.element, {
      x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top),
    })
  }
}

/** A drag that draws a shape: `moved` once it does, `clicked` when it was no drag at all. */
export function drawing(drag: Drag | null, moved: () => void, clicked: () => void): Drag | null {
  return drag && {
    move: (to, far) => {
      if (far) moved()
      drag.move(to, far)
    },
    end: (to, far, cancelled) => {
      drag.end(to, far, cancelled)
      if (!far && !cancelled) clicked()
    },
  }
}

/** A plain wheel scrolls the page; with Ctrl or Cmd, or when the plot has the focus, the plot takes it. */
export function onWheel(surface: SVGSVGElement, turn: (event: WheelEvent) => void): void {
  surface.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey && !surface.contains(document.activeElement)) return
    event.preventDefault()
    turn(event)
  }, { passive: false })
}

/** Follows one pointer from press to release, in the pixels of the plot's SVG. */

export interface Point {
  x: number
  y: number
}

export interface Drag {
  move(point: Point, moved: boolean): void
  /** `moved` is false for a click; `cancelled` when the gesture was taken away. */
  end(point: Point, moved: boolean, cancelled: boolean): void
}

const CLICK = 3

/** Where an event happened, in pixels of the SVG (or HTML) element. */
export function pointOf(event: MouseEvent, surface: Element): Point {
  const box = surface.getBoundingClientRect()
  return { x: event.clientX - box.left, y: event.clientY - box.top }
}

/** Starts a drag on each press of the main button; `begin` may refuse by returning null. */
export function onDrag(
  element: SVGElement | HTMLElement,
  surface: Element,
  begin: (point: Point, event: PointerEvent) => Drag | null,
): void {
  let drag: Drag | null = null
  let pointer = -1
  let from: Point = { x: 0, y: 0 }
  let moved = false

  const finish = (event: PointerEvent, cancelled: boolean): void => {
    if (!drag || event.pointerId !== pointer) return
    const ended = drag
    drag = null
    ended.end(pointOf(event, surface), moved, cancelled)
  }
  element.addEventListener('pointerdown', (event) => {
    const press = event as PointerEvent
    if (press.button !== 0 || drag) return
    from = pointOf(press, surface)
    drag = begin(from, press)
    if (!drag) return
    moved = false
    pointer = press.pointerId
    try {
      element.setPointerCapture(pointer)
    } catch {
      // The pointer is gone already; the drag ends with the next event.
    }
    press.preventDefault()
  })
  element.addEventListener('pointermove', (event) => {
    const motion = event as PointerEvent
    if (!drag || motion.pointerId !== pointer) return
    const point = pointOf(motion, surface)
    moved ||= Math.hypot(point.x - from.x, point.y - from.y) > CLICK
    drag.move(point, moved)
  })
  element.addEventListener('pointerup', (event) => { finish(event as PointerEvent, false) })
  element.addEventListener('pointercancel', (event) => { finish(event as PointerEvent, true) })
}

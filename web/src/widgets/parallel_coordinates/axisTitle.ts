/** The name over an axis: dragged, or moved with the arrow keys, to reorder the axes. */
import { onDrag } from '../../plot/drag'
import { setAttributes, setText, svg, truncate } from '../../plot/elements'

export interface TitleMoves {
  /** The title is dragged by so many pixels. */
  drag(distance: number): void
  drop(distance: number): void
  /** By so many places to the right (or, below 0, to the left). */
  shift(places: number): void
}

export class AxisTitle {
  private readonly element: SVGTextElement
  private readonly title: SVGTitleElement

  constructor(parent: Element, surface: SVGSVGElement, moves: TitleMoves) {
    this.element = svg('text', {
      class: 'plot-axis-title plot-focus plot-move-x', role: 'button', tabindex: 0,
    }, parent)
    this.title = svg('title', {}, this.element)
    onDrag(this.element, surface, (from) => ({
      move: (to, moved) => { if (moved) moves.drag(to.x - from.x) },
      end: (to, moved, cancelled) => { moves.drop(moved && !cancelled ? to.x - from.x : 0) },
    }))
    this.element.addEventListener('keydown', (event) => {
      const places = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
      if (places === 0) return
      moves.shift(places)
      event.preventDefault()
      event.stopPropagation()
    })
  }

  place(name: string, x: number, y: number, room: number, anchor: 'start' | 'middle' | 'end'): void {
    setAttributes(this.element, {
      x, y, 'text-anchor': anchor, 'aria-label': `${name}; left and right arrow keys move this axis`,
    })
    setText(this.element, truncate(name, room))
    setText(this.title, name)
  }

  focus(): void {
    this.element.focus()
  }

  remove(): void {
    this.element.remove()
  }
}

/** A list with the entry at `from` moved to `to`. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const rest = list.filter((_, i) => i !== from)
  const entry = list[from] as T
  const place = Math.min(Math.max(to, 0), rest.length)
  return [...rest.slice(0, place), entry, ...rest.slice(place)]
}

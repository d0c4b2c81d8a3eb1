/** Bars as toggles: one stop of the Tab key, arrows between them, Enter or Space to toggle. */
import { setAttributes, svg } from './elements'

export interface BarBox {
  bar: number
  name: string
  on: boolean
  x: number
  y: number
  width: number
  height: number
}

export class BarKeys {
  private readonly group: SVGGElement
  private rects: SVGRectElement[] = []
  private bars: number[] = []
  private current = 0

  constructor(
    parent: SVGGElement,
    private readonly toggle: (bar: number) => void,
  ) {
    this.group = svg('g', {}, parent)
  }

  /** Lays the toggles over the bars; the focus stays where it is. */
  place(boxes: BarBox[]): void {
    while (this.rects.length > boxes.length) this.rects.pop()?.remove()
    while (this.rects.length < boxes.length) this.rects.push(this.make(this.rects.length))
    this.current = Math.min(this.current, Math.max(0, boxes.length - 1))
    this.bars = boxes.map(({ bar }) => bar)
    boxes.forEach(({ name, on, x, y, width, height }, i) => {
      const rect = this.rects[i]
      if (!rect) return
      setAttributes(rect, {
        x, y, width, height,
        'aria-label': name,
        'aria-pressed': String(on),
        tabindex: i === this.current ? 0 : -1,
      })
    })
  }

  private make(index: number): SVGRectElement {
    const rect = svg('rect', { class: 'plot-bar', fill: 'transparent', role: 'button' }, this.group)
    rect.style.cursor = 'pointer'
    rect.addEventListener('click', () => { this.press(index) })
    rect.addEventListener('keydown', (event) => { this.key(event, index) })
    return rect
  }

  private press(index: number): void {
    this.focus(index)
    const bar = this.bars[index]
    if (bar !== undefined) this.toggle(bar)
  }

  private key(event: KeyboardEvent, index: number): void {
    const last = this.rects.length - 1
    const moves: Record<string, number> = {
      ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1,
      Home: 0, End: last,
    }
    if (event.key === 'Enter' || event.key === ' ') this.press(index)
    else if (moves[event.key] !== undefined) {
      this.focus(Math.max(0, Math.min(last, moves[event.key] ?? index)))
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  private focus(index: number): void {
    this.rects[this.current]?.setAttribute('tabindex', '-1')
    this.current = index
    this.rects[index]?.setAttribute('tabindex', '0')
    this.rects[index]?.focus()
  }
}

/** The paper of a plot: a canvas for marks, an SVG for axes and brushes above it, a tooltip. */
import './plot.css'
import { beginPicture, endPicture, html, setAttributes, setText, svg } from './elements'
import { Tooltip } from './tooltip'

export interface Margins {
  top: number
  right: number
  bottom: number
  left: number
}

export class Frame {
  readonly root: HTMLDivElement
  readonly canvas: HTMLCanvasElement
  readonly svg: SVGSVGElement
  /** Axes, grid and marks: drawn anew between `clear` and `finish`. */
  readonly picture: SVGGElement
  /** Brushes: kept, so that focus and drags survive a new picture. */
  readonly brushes: SVGGElement
  readonly tooltip: Tooltip
  private painted = false
  width = 0
  height = 0

  constructor(element: HTMLElement, role: string) {
    this.root = html('div', { class: 'plot' }, element)
    this.canvas = html('canvas', { 'aria-hidden': 'true' }, this.root)
    this.svg = svg('svg', { role: 'group', 'aria-label': role }, this.root)
    this.picture = svg('g', { 'aria-hidden': 'true' }, this.svg)
    this.brushes = svg('g', {}, this.svg)
    this.tooltip = new Tooltip(this.root)
  }

  resize(width: number, height: number): void {
    this.width = Math.max(0, Math.floor(width))
    this.height = Math.max(0, Math.floor(height))
    setAttributes(this.svg, {
      width: this.width,
      height: this.height,
      viewBox: `0 0 ${String(this.width)} ${String(this.height)}`,
    })
  }

  /** Whether there is room for a picture at all. */
  get drawable(): boolean {
    return this.width > 40 && this.height > 40
  }

  /** What screen readers say of the plot. */
  describe(text: string): void {
    this.svg.setAttribute('aria-label', text)
  }

  clear(): void {
    beginPicture(this.picture)
  }

  /** The picture is complete: what it no longer shows goes. */
  finish(): void {
    endPicture(this.picture)
  }

  /**
   * The cleared canvas, crisp on this screen, in CSS pixels; null where there is no canvas. Who
   * draws no marks on it leaves it alone: a canvas that was used is a layer of its own to paint.
   */
  paint(): CanvasRenderingContext2D | null {
    this.painted = true
    return fit(this.canvas, this.width, this.height)
  }

  /** One sentence instead of a picture. */
  say(sentence: string): void {
    this.clear()
    if (this.painted) this.paint()
    const text = svg('text', {
      class: 'plot-empty',
      x: this.width / 2,
      y: this.height / 2,
      'text-anchor': 'middle',
    }, this.picture)
    setText(text, sentence)
  }

  destroy(): void {
    this.root.remove()
  }
}

/** Sizes a canvas for the screen's pixels and clears it; null where there is no 2D context. */
export function fit(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = Math.min(window.devicePixelRatio || 1, 3)
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))]
  if (canvas.width !== w) canvas.width = w
  if (canvas.height !== h) canvas.height = h
  const [across, down] = [`${String(width)}px`, `${String(height)}px`]
  if (canvas.style.width !== across) canvas.style.width = across
  if (canvas.style.height !== down) canvas.style.height = down
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, width, height)
  return context
}

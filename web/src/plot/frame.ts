/** The paper of a plot: a canvas for marks, an SVG for axes and brushes above it, a tooltip. */
import './plot.css'
import { html, setAttributes, svg } from './elements'
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
  /** Axes, grid and marks: cleared and drawn anew with each picture. */
  readonly picture: SVGGElement
  /** Brushes: kept, so that focus and drags survive a new picture. */
  readonly brushes: SVGGElement
  readonly tooltip: Tooltip
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
    this.picture.replaceChildren()
  }

  /** The cleared canvas, crisp on this screen, in CSS pixels; null where there is no canvas. */
  paint(): CanvasRenderingContext2D | null {
    return fit(this.canvas, this.width, this.height)
  }

  /** One sentence instead of a picture. */
  say(sentence: string): void {
    this.clear()
    this.paint()
    const text = svg('text', {
      class: 'plot-empty',
      x: this.width / 2,
      y: this.height / 2,
      'text-anchor': 'middle',
    }, this.picture)
    text.textContent = sentence
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
  canvas.style.width = `${String(width)}px`
  canvas.style.height = `${String(height)}px`
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, width, height)
  return context
}

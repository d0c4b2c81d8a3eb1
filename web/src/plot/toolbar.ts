/** A small row of tools on a plot: toggles and actions, each with a name for screen readers. */
import { html, svg } from './elements'

/** Outlines on a 24 x 24 grid. */
const SHAPES = {
  box: 'M4 7V4h3M11 4h2M17 4h3v3M20 11v2M20 17v3h-3M13 20h-2M7 20H4v-3M4 13v-2',
  lasso: 'M7 21c-2 0-3-1-3-3M5 16c-2-2-3-4-2-7 1-4 6-6 11-5s8 5 7 9-6 6-11 5c-2 0-4-1-5-2z',
  pan: 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3',
  in: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M20 20l-4.9-4.9M10.5 8v5M8 10.5h5',
  out: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M20 20l-4.9-4.9M8 10.5h5',
  swap: 'M8 4 4 8l4 4M4 8h16M16 12l4 4-4 4M20 16H4',
  left: 'M9 14l-4-4 4-4M5 10h9a5 5 0 0 1 0 10h-3',
  right: 'M15 14l4-4-4-4M19 10h-9a5 5 0 0 0 0 10h3',
  reset: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
} as const

export type Shape = keyof typeof SHAPES

export class Toolbar {
  readonly element: HTMLDivElement

  constructor(parent: HTMLElement, label: string) {
    this.element = html('div', { class: 'plot-tools', role: 'toolbar', 'aria-label': label }, parent)
  }

  /** A button that acts when pressed. */
  action(shape: Shape, name: string, act: () => void): HTMLButtonElement {
    const button = html('button', { type: 'button', 'aria-label': name, title: name }, this.element)
    const icon = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, button)
    svg('path', { d: SHAPES[shape] }, icon)
    button.addEventListener('click', act)
    return button
  }

  /** Buttons of which one is pressed; returns a function that presses one. */
  choice<T extends string>(
    options: { value: T; shape: Shape; name: string }[],
    chosen: (value: T) => void,
  ): (value: T) => void {
    const press = (value: T): void => {
      for (const [option, button] of buttons) button.setAttribute('aria-pressed', String(option === value))
    }
    const buttons = options.map(({ value, shape, name }) => [value, this.action(shape, name, () => {
      press(value)
      chosen(value)
    })] as const)
    return press
  }

  /** How wide it is, as its style sheet has it. */
  get width(): number {
    return this.element.childElementCount * 25
  }

  place(x: number, y: number): void {
    const [left, top] = [`${String(x)}px`, `${String(y)}px`]
    if (this.element.style.left !== left) this.element.style.left = left
    if (this.element.style.top !== top) this.element.style.top = top
  }
}

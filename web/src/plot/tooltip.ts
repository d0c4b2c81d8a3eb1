/** Values under the pointer, beside it and never outside the plot. */
import { html } from './elements'

export interface TooltipRow {
  colour?: string
  name: string
  value: string
}

export class Tooltip {
  private readonly box: HTMLDivElement

  constructor(private readonly root: HTMLElement) {
    // The same figures are read out by `summary()` and "view as table".
    this.box = html('div', { class: 'plot-tooltip', 'aria-hidden': 'true', hidden: '' }, root)
  }

  /** Shows rows at a place of the plot, in CSS pixels. */
  show(x: number, y: number, title: string, rows: TooltipRow[]): void {
    this.box.replaceChildren()
    html('div', { class: 'plot-tooltip-title' }, this.box, title)
    for (const { colour, name, value } of rows) {
      const line = html('div', { class: 'plot-tooltip-row' }, this.box)
      if (colour) html('i', { style: `background:${colour}` }, line)
      html('span', {}, line, name)
      html('b', {}, line, value)
    }
    this.box.hidden = false
    const { clientWidth: width, clientHeight: height } = this.box
    const left = x + 14 + width > this.root.clientWidth ? x - 14 - width : x + 14
    const top = Math.min(Math.max(2, y - height / 2), this.root.clientHeight - height - 2)
    this.box.style.transform = `translate(${String(Math.max(2, left))}px, ${String(top)}px)`
  }

  hide(): void {
    this.box.hidden = true
  }
}

/** One row of the sample table as an element. */
import { html } from '../../plot/elements'
import { displayText } from '../../plot/format'
import type { Look, Page } from './page'

export interface RowStyle {
  template: string
  colourColumn: string | null
  colourOf: (value: string | null) => string | null
}

/** The row at a place of the whole table; a grey bar for each cell that is not loaded yet. */
export function rowElement(page: Page, row: number, looks: Look[], style: RowStyle): HTMLDivElement {
  const element = html('div', {
    class: 'rows-row', role: 'row', 'aria-rowindex': row + 2, 'data-row': row,
  })
  element.style.gridTemplateColumns = style.template
  const index = row - page.offset
  const id = page.ids[index]
  if (id === undefined || index < 0) {
    const cell = html('div', { role: 'gridcell', class: 'rows-td rows-id rows-none' }, element, '…')
    cell.setAttribute('aria-label', 'loading')
    return element
  }
  html('div', { role: 'gridcell', class: 'rows-td rows-id', title: id }, element, id)
  if (page.model.some((name) => name !== null)) {
    html('div', { role: 'gridcell', class: 'rows-td' }, element, page.model[index] ?? '–')
  }
  page.columns.forEach(({ name, type, values }, column) => {
    const value = values[index] ?? null
    const kind = looks[column]?.kind ?? 'text'
    const text = displayText(value, type)
    const cell = html('div', {
      role: 'gridcell', class: `rows-td rows-${kind}${value === null ? ' rows-none' : ''}`, title: value,
    }, element)
    const swatch = name === style.colourColumn ? style.colourOf(value) : null
    const holder = kind === 'tag' && value !== null ? html('span', { class: 'rows-pill' }, cell) : cell
    if (swatch) html('i', { class: 'rows-swatch', style: `background:${swatch}` }, holder)
    holder.append(text)
    if (kind === 'share' && value !== null) {
      const bar = html('span', { class: 'rows-bar', 'aria-hidden': 'true' }, cell)
      const share = Math.min(1, Math.max(0, Number(value) || 0))
      html('span', { style: `width:${String(share * 100)}%` }, bar)
    }
  })
  return element
}

/** Everything known of one sample, in a panel over the table. */
import { html } from '../../plot/elements'
import { displayText } from '../../plot/format'
import type { ColumnInfo, SampleDetail } from '../widget'

export class DetailPanel {
  private readonly panel: HTMLDivElement
  private wanted = -1

  constructor(
    parent: HTMLElement,
    private readonly load: (sample: number) => Promise<SampleDetail>,
    private readonly closed: () => void,
  ) {
    this.panel = html('div', {
      class: 'rows-detail', role: 'dialog', 'aria-label': 'Sample', hidden: '', tabindex: -1,
    }, parent)
    this.panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      this.close()
    })
  }

  get open(): boolean {
    return !this.panel.hidden
  }

  /** Shows a sample; the focus moves into the panel. */
  show(sample: number, id: string, columns: ColumnInfo[]): void {
    this.wanted = sample
    this.panel.hidden = false
    this.head(id)
    html('p', { class: 'rows-wait' }, this.panel, 'Loading…')
    this.panel.focus()
    this.load(sample).then(
      (detail) => { if (this.wanted === sample && this.open) this.fill(detail, columns) },
      (error: unknown) => {
        if (this.wanted !== sample || !this.open) return
        this.head(id)
        const reason = error instanceof Error ? error.message : 'The server did not answer.'
        html('p', { class: 'rows-wait' }, this.panel, `This sample could not be read. ${reason}`)
      },
    )
  }

  close(): void {
    if (!this.open) return
    this.panel.hidden = true
    this.closed()
  }

  private head(id: string): void {
    this.panel.replaceChildren()
    this.panel.setAttribute('aria-label', `Sample ${id}`)
    const head = html('div', { class: 'rows-detail-head' }, this.panel)
    html('strong', { class: 'rows-id' }, head, id)
    const copy = html('button', { type: 'button' }, head, 'Copy id')
    copy.addEventListener('click', () => { void copyText(id, copy) })
    const close = html('button', { type: 'button', 'aria-label': 'Close' }, head, '×')
    close.addEventListener('click', () => { this.close() })
  }

  private fill(detail: SampleDetail, columns: ColumnInfo[]): void {
    this.head(detail.id)
    const types = new Map(columns.map(({ name, type }) => [name, type]))
    const section = (title: string, values: Record<string, string | null>): void => {
      if (title) html('h4', {}, this.panel, title)
      const list = html('dl', {}, this.panel)
      for (const [name, value] of Object.entries(values)) {
        html('dt', {}, list, name)
        html('dd', value === null ? { class: 'rows-none' } : {}, list,
          value === null ? 'missing' : displayText(value, types.get(name) ?? 'text'))
      }
    }
    section('', detail.values)
    for (const [model, values] of Object.entries(detail.results)) section(model, values)
  }
}

/** Copies text and says so on the button. */
export async function copyText(text: string, button?: HTMLElement): Promise<void> {
  const before = button?.textContent ?? ''
  let said = 'Copied'
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // Without HTTPS or permission there is no clipboard: the id can still be selected by hand.
    said = 'Cannot copy here'
  }
  if (!button) return
  button.textContent = said
  setTimeout(() => { button.textContent = before }, 1500)
}

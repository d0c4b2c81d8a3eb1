/** Filters in words, for chips and messages. */
import { isGroup, type LeafFilter, type Predicate } from '../state/predicate'

const THIN = '\u202f'

export interface Readable {
  /** What it is about: a column, "lasso", "samples". */
  subject: string
  /** What must hold. */
  text: string
  /** Everything, unshortened. */
  full: string
}

/** Canonical text of a value as people read it; digits of whole numbers are never rounded. */
export function readableValue(value: string): string {
  const time = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z?)$/.exec(value)
  if (time) {
    const [, day = '', minutes = '', seconds = '', zone = ''] = time
    const shown = seconds === ':00' ? minutes : minutes + seconds
    return `${day}${shown === '00:00' ? '' : ` ${shown}`}${zone ? ' UTC' : ''}`
  }
  const number = /^(-?)(\d+)(\.\d+)?$/.exec(value)
  if (!number) return value
  const [, sign = '', whole = '', fraction = ''] = number
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole
  const digits = Math.max(0, 5 - whole.replace(/^0+/, '').length)
  const zeros = Number(whole) === 0 ? (/^\.(0*)/.exec(fraction)?.[1] ?? '').length : 0
  const short = fraction.slice(0, zeros + digits + 1).replace(/\.?0*$/, '')
  return `${sign ? '−' : ''}${grouped}${short}`
}

function rangeText(min: string | null | undefined, max: string | null | undefined, show: (value: string) => string): string {
  const low = min ?? null
  const high = max ?? null
  if (low === null && high === null) return 'any value'
  if (low === null) return `≤ ${show(high ?? '')}`
  if (high === null) return `≥ ${show(low)}`
  if (low === high) return `= ${show(low)}`
  const [from, to] = [show(low), show(high)]
  if (from.endsWith(' UTC') && to.endsWith(' UTC')) return `${from.slice(0, -4)} – ${to}`
  const wide = `${from}${to}`.includes(' ') || /[a-z]/i.test(low) || high.startsWith('-')
  return `${from}${wide ? ' – ' : '–'}${to}`
}

function oneOf(filter: Extract<LeafFilter, { op: 'one_of' }>): { text: string; full: string } {
  const extra = [...(filter.nan ? ['NaN'] : []), ...(filter.missing ? ['missing'] : [])]
  const all = [...filter.values.map((value) => (value === '' ? '“”' : value)), ...extra]
  const full = all.length === 0 ? 'no value' : all.join(', ')
  return { text: all.length <= 3 && full.length <= 32 ? full : `${all.length} values`, full }
}

function leafText(filter: LeafFilter, selectionName: (id: string) => string): Readable {
  switch (filter.op) {
    case 'range':
      return {
        subject: filter.column,
        text: rangeText(filter.min, filter.max, readableValue),
        full: rangeText(filter.min, filter.max, (value) => value),
      }
    case 'one_of':
      return { subject: filter.column, ...oneOf(filter) }
    case 'missing':
      return { subject: filter.column, text: 'is missing', full: 'is missing' }
    case 'contains':
      return {
        subject: filter.column,
        text: `contains “${filter.text}”`,
        full: `contains “${filter.text}”${filter.case ? ', same case' : ''}`,
      }
    case 'lasso':
      return { subject: 'lasso', text: `${filter.x} × ${filter.y}`, full: `inside a lasso of ${filter.points.length} points over ${filter.x} × ${filter.y}` }
    case 'selection':
      return { subject: 'in', text: selectionName(filter.selection_id), full: selectionName(filter.selection_id) }
  }
}

/** One filter or group in words. */
export function describe(node: Predicate, selectionName: (id: string) => string): Readable {
  if (isGroup(node)) {
    const parts = node.children.map((child) => {
      const { subject, text } = describe(child, selectionName)
      return `${subject} ${text}`
    })
    const text = parts.join(node.op === 'and' ? ' and ' : ' or ')
    return { subject: '', text, full: text }
  }
  if (node.op !== 'not') return leafText(node, selectionName)
  if (node.child.op === 'missing') {
    return { subject: node.child.column, text: 'is present', full: 'is present' }
  }
  const inner = describe(node.child, selectionName)
  const around = isGroup(node.child)
  return {
    subject: inner.subject,
    text: around ? `not (${inner.text})` : `not ${inner.text}`,
    full: `not ${inner.full}`,
  }
}

/** What the list of deliveries is narrowed to; it lives in the address of the page. */
import type { LocationQuery } from 'vue-router'
import type { Schemas } from '../api/client'
import type { Delivery, DeliveryState } from './state'

export type StateGroup = 'all' | 'waiting' | 'delivered' | 'dead' | 'cancelled'
export type Span = '' | '1h' | '24h' | '7d' | '30d' | 'between'
export type Narrowing = Partial<Schemas['Narrowing']>

export interface Filters {
  group: StateGroup
  kind: '' | Delivery['kind']
  method: string
  source: string
  project: string
  span: Span
  /** Moments as ISO 8601 with zone, of the span `between`. */
  since: string
  until: string
  text: string
}

export const STATES_OF: Record<StateGroup, DeliveryState[]> = {
  all: [],
  waiting: ['pending', 'running', 'retry'],
  delivered: ['delivered'],
  dead: ['dead'],
  cancelled: ['cancelled'],
}
export const NO_FILTERS: Readonly<Filters> = {
  group: 'all', kind: '', method: '', source: '', project: '', span: '', since: '', until: '', text: '',
}

const HOURS: Record<Exclude<Span, '' | 'between'>, number> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }
const KINDS = ['selection', 'range1d', 'range2d', 'test', 'data'] as const

const first = (value: LocationQuery[string] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''
const moment = (text: string): string => (Number.isNaN(Date.parse(text)) ? '' : text)

/** The filters that an address says; what it says wrongly is left out. */
export function filtersOf(query: LocationQuery): Filters {
  const group = first(query.state)
  const kind = first(query.kind)
  const given = first(query.since)
  const since = moment(given)
  const until = moment(first(query.until))
  const [source, project] = [first(query.source), first(query.project)]
  return {
    group: group in STATES_OF ? (group as StateGroup) : 'all',
    kind: KINDS.find((one) => one === kind) ?? '',
    method: first(query.method),
    source: project ? source : '',
    project: source ? project : '',
    span: given in HOURS ? (given as Span) : since || until ? 'between' : '',
    since,
    until,
    text: first(query.text),
  }
}

/** The query of the address that says them; what is not narrowed is not in it. */
export function queryOf(filters: Filters): Record<string, string> {
  const { group, kind, method, source, project, span, since, until, text } = filters
  const all = {
    state: group === 'all' ? '' : group,
    kind, method, source, project,
    since: span === 'between' ? since : span,
    until: span === 'between' ? until : '',
    text: text.trim(),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value))
}

/** What the server is asked, but for the states; spans that end now begin before `now`. */
export function narrowingOf(filters: Filters, now = Date.now()): Narrowing {
  const { kind, method, source, project, span, since, until, text } = filters
  const from =
    span === 'between' ? since : span ? new Date(now - HOURS[span] * 3_600_000).toISOString() : ''
  return {
    ...(kind && { kind: [kind] }),
    ...(method && { method }),
    ...(project && { source, project }),
    ...(from && { since: from }),
    ...(span === 'between' && until && { until }),
    ...(text.trim() && { text: text.trim() }),
  }
}

/** A moment as a field of day and time shows it, in the time of the browser; and back. */
export function fieldOf(moment: string): string {
  if (!moment) return ''
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function momentOf(field: string): string {
  const at = new Date(field)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

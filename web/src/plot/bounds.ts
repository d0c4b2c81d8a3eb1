/**
 * Turns places on an axis into the canonical text of filters, and back. What is sent is what
 * the person reads: rounded to less than a pixel, integers inward, times to a whole unit.
 */
import type { Axis, ExportableRange, OneOfFilter, RangeFilter, WidgetFilter } from '../widgets/widget'
import { formatNumber, formatTime, groupDigits, isoTime } from './format'
import type { Interval } from './scale'

const TIME_UNITS = [864e8, 36e8, 6e7, 1e6, 1e3, 1]
const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** The filter that keeps the values of `axis` between two coordinates. */
export function intervalFilter(
  axis: Axis,
  interval: Interval,
  perPixel: number,
): RangeFilter | OneOfFilter {
  const { column } = axis
  if (axis.kind === 'category') {
    const [first, last] = coveredCategories(axis, interval)
    const names = axis.categories ?? []
    // A range of booleans says less than their names.
    if (axis.type === 'boolean') {
      return { op: 'one_of', column, values: names.slice(first, last + 1) }
    }
    return { op: 'range', column, min: names[first] ?? null, max: names[last] ?? null }
  }
  const ends = axis.type === 'integer' ? integerEnds(axis, interval) : roundedEnds(axis, interval, perPixel)
  return { op: 'range', column, min: ends[0], max: ends[1] }
}

/** First and last category whose middle is covered; the nearest one when none is. */
export function coveredCategories(axis: Axis, [low, high]: Interval): [number, number] {
  const last = Math.max(0, (axis.categories?.length ?? 1) - 1)
  const clip = (index: number): number => Math.min(last, Math.max(0, index))
  const [from, to] = [Math.ceil(low), Math.floor(high)]
  if (from <= to) return [clip(from), clip(to)]
  const nearest = clip(Math.round((low + high) / 2))
  return [nearest, nearest]
}

function integerEnds(axis: Axis, [low, high]: Interval): [string, string] {
  const from = Math.ceil(low <= axis.domain[0] ? low - rounding(low) : low)
  const to = Math.floor(high >= axis.domain[1] ? high + rounding(high) : high)
  if (from <= to) return [integerText(from), integerText(to)]
  const nearest = integerText(Math.round((low + high) / 2))
  return [nearest, nearest]
}

/** How far an int64 end may lie beyond its float64 coordinate; 0 where those are exact. */
function rounding(coordinate: number): number {
  const size = Math.abs(coordinate)
  return size < Number.MAX_SAFE_INTEGER ? 0 : 2 ** (Math.floor(Math.log2(size)) - 52)
}

function integerText(value: number): string {
  const exact = BigInt(value)
  return String(exact < INT64_MIN ? INT64_MIN : exact > INT64_MAX ? INT64_MAX : exact)
}

function roundedEnds(axis: Axis, interval: Interval, perPixel: number): [string, string] {
  const [first, last] = axis.domain
  let low = rounded(axis, interval[0], perPixel)
  let high = rounded(axis, interval[1], perPixel)
  // The ends of the data stay inside, or rounding would cut their samples off.
  if (interval[0] - first <= perPixel / 2) low = Math.min(rounded(axis, first, perPixel), first)
  if (last - interval[1] <= perPixel / 2) high = Math.max(rounded(axis, last, perPixel), last)
  const write = (value: number): string =>
    axis.kind === 'time' ? isoTime(value, axis.zoned) : numberText(value)
  return [write(Math.min(low, high)), write(Math.max(low, high))]
}

function rounded(axis: Axis, value: number, perPixel: number): number {
  if (axis.kind === 'time') {
    const unit = TIME_UNITS.find((size) => size <= perPixel) ?? 1
    return Math.round(value / unit) * unit
  }
  if (!(perPixel > 0)) return value
  const decimals = Math.ceil(-Math.log10(perPixel))
  if (decimals > 15) return value
  const factor = 10 ** Math.abs(decimals)
  return decimals >= 0
    ? Number((Math.round(value * factor) / factor).toFixed(decimals))
    : Math.round(value / factor) * factor
}

/** The shortest text that is the same float64. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '0' : String(value)
}

/** The coordinate that a canonical bound stands for; null when it has no place on the axis. */
export function coordinateOf(axis: Axis, text: string): number | null {
  if (axis.kind === 'category') {
    const index = (axis.categories ?? []).indexOf(text)
    return index < 0 ? null : index
  }
  const value = axis.kind === 'time' ? parseTime(text) : parseNumber(text)
  return Number.isNaN(value) ? null : value
}

function parseNumber(text: string): number {
  if (text === 'inf') return Infinity
  if (text === '-inf') return -Infinity
  return text.trim() === '' ? NaN : Number(text)
}

/** Microseconds since the epoch of an ISO 8601 time; naive times are read as UTC. */
export function parseTime(text: string): number {
  const parts = /^([+-]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/.exec(
    text,
  )
  if (!parts) return NaN
  const [, date = '', clock = '00:00:00', fraction = '', zone = 'Z'] = parts
  const seconds = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${zone}`) * 1000
  return seconds + Number(fraction.padEnd(6, '0').slice(0, 6))
}

/** Where a filter of this axis's column lies on it, clipped to its ends; null for other filters. */
export function intervalOf(axis: Axis, filter: WidgetFilter): Interval | null {
  if (filter.op === 'one_of' && filter.column === axis.column && axis.type === 'boolean') {
    const places = filter.values.map((value) => (axis.categories ?? []).indexOf(value))
    return places.length ? [Math.min(...places) - 0.5, Math.max(...places) + 0.5] : null
  }
  if (filter.op !== 'range' || filter.column !== axis.column) return null
  const [low, high] = axis.domain
  const half = axis.kind === 'category' ? 0.5 : 0
  const min = typeof filter.min === 'string' ? coordinateOf(axis, filter.min) : low + half
  const max = typeof filter.max === 'string' ? coordinateOf(axis, filter.max) : high - half
  if (min === null || max === null) return null
  return [Math.max(low, min - half), Math.min(high, max + half)]
}

/** A coordinate in words, for tooltips and screen readers. */
export function describeCoordinate(axis: Axis, coordinate: number, perPixel = 0): string {
  if (axis.kind === 'category') {
    const [index] = coveredCategories(axis, [coordinate, coordinate])
    return axis.categories?.[index] ?? ''
  }
  if (axis.kind === 'time') return formatTime(coordinate, perPixel)
  if (axis.type === 'integer') return groupDigits(String(Math.round(coordinate)))
  const span = axis.domain[1] - axis.domain[0]
  const size = Math.max(Math.abs(axis.domain[0]), Math.abs(axis.domain[1]), 1e-300)
  const extra = span > 0 ? Math.max(0, Math.floor(Math.log10(size / span))) : 0
  return formatNumber(coordinate, Math.min(15, 4 + extra))
}

/** Both ends of a range filter in words, e.g. "0.3 – 0.58". */
export function describeRange(filter: RangeFilter): string {
  const read = (text: string | null | undefined): string =>
    typeof text === 'string' ? groupDigits(text.replace(/(\d)T(\d\d:\d\d)(:00)?Z?/, '$1 $2')) : '…'
  return `${read(filter.min)} – ${read(filter.max)}`
}

/** Both bounds of a range, or of neighbouring values; null when one is open. */
export function boundsOf(
  filter: WidgetFilter,
): { column: string; min: string; max: string } | null {
  if (filter.op === 'range' && typeof filter.min === 'string' && typeof filter.max === 'string') {
    return { column: filter.column, min: filter.min, max: filter.max }
  }
  if (filter.op !== 'one_of' || filter.missing || filter.nan) return null
  const [min, max] = [filter.values[0], filter.values[filter.values.length - 1]]
  return min === undefined || max === undefined ? null : { column: filter.column, min, max }
}

/** The one range of a widget as it is exported, or why there is none. */
export function exportableRange(filters: WidgetFilter[]): ExportableRange | { reason: string } {
  const [filter] = filters
  if (!filter) return { reason: 'Choose a range first.' }
  const x = filters.length === 1 ? boundsOf(filter) : null
  return x ? { kind: 'range1d', x } : { reason: 'Exactly one range with two bounds can be exported.' }
}

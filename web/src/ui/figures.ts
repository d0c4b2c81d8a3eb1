/** How counts, shares, sizes and times are written everywhere. */

const THIN = '\u202f'
const MINUS = '\u2212'

/** 18243 → "18 243", with narrow no-break spaces. */
export function count(value: number): string {
  const digits = Math.abs(Math.trunc(value)).toString()
  const grouped = digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
  return value < 0 ? `${MINUS}${grouped}` : grouped
}

/** "1 sample", "18 243 samples". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A share as "12.2 %"; never 0 or 100 unless it is exactly that. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return `0${THIN}%`
  const share = (part / whole) * 100
  if (part > 0 && share < 0.1) return `<${THIN}0.1${THIN}%`
  if (part < whole && share > 99.9) return `>${THIN}99.9${THIN}%`
  return `${Number(share.toFixed(1))}${THIN}%`
}

/** A number of a column in at most `digits` significant digits; "–" for null. */
export function figure(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) {
    return value.toExponential(digits - 1).replace('-', MINUS).replace('e+', 'e')
  }
  const rounded = Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1)))))
  const [whole = '0', fraction] = Math.abs(rounded).toString().split('.')
  const text = count(Number(whole)) + (fraction ? `.${fraction}` : '')
  return rounded < 0 ? `${MINUS}${text}` : text
}

/** 1 536 → "1.5 kB" (powers of 1000, as on disks and in tickets). */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = value
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 ? size : Number(size.toPrecision(3))} ${units[unit]}`
}

const STEPS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [86_400 * 30, 86_400, 'day'],
  [86_400 * 365, 86_400 * 30, 'month'],
  [Infinity, 86_400 * 365, 'year'],
]

/** "3 minutes ago", "in 2 hours", "just now"; "–" for nothing. */
export function ago(time: string | null | undefined, now = Date.now()): string {
  if (!time) return '–'
  const seconds = (new Date(time).getTime() - now) / 1000
  const size = Math.abs(seconds)
  if (size < 5) return seconds > 0 ? 'in a moment' : 'just now'
  for (const [limit, divisor, unit] of STEPS) {
    if (size < limit) {
      const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
      return format.format(Math.round(seconds / divisor), unit)
    }
  }
  return '–'
}

/** The exact local time, for tooltips: "22 Nov 2026, 21:52:04". */
export function exactTime(time: string | null | undefined): string {
  if (!time) return ''
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(time),
  )
}

/** Milliseconds as "12 ms", "1.4 s", "3 min 20 s", "2 h 5 min". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

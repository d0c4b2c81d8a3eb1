/** Numbers, counts and times as people read them; never used for anything sent to the server. */

const THIN = '\u202f'
const SECOND = 1e6
const DAY = 86_400 * SECOND

/** Puts thin spaces between thousands; works on text, so an int64 keeps every digit. */
export function groupDigits(text: string): string {
  const parts = /^([-−+]?)(\d+)(\.\d+)?$/.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = ''] = parts
  if (whole.length < 5) return `${sign === '-' ? '−' : sign}${whole}${fraction}`
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
  return `${sign === '-' ? '−' : sign}${grouped}${fraction}`
}

/** A count, e.g. "18 243" or "4 106". */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
}

/** A value with about `digits` significant digits, e.g. "0.1235", "12 345.7", "−3". */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e15 || size < 1e-5)) {
    return value.toExponential(Math.max(digits - 1, 0)).replace(/\.?0+e/, 'e').replace('-', '−')
  }
  const whole = size < 1 ? 0 : Math.floor(Math.log10(size)) + 1
  const leading = size !== 0 && size < 1 ? Math.floor(-Math.log10(size)) : 0
  const decimals = Number.isInteger(value) ? 0 : Math.max(0, digits - whole + leading)
  const text = value.toFixed(Math.min(decimals, 20))
  return groupDigits(text.includes('.') ? text.replace(/\.?0+$/, '') : text)
}

const SUFFIXES: [number, string][] = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]

/** A tick: exact to its step, and short ("10k", "2.5M", "0.05"). */
export function formatTick(value: number, step: number, largest: number): string {
  if (largest >= 1e15 || (largest > 0 && largest < 1e-4)) return formatNumber(value, 3)
  const [unit, suffix] = (largest >= 1e4 && SUFFIXES.find(([size]) => largest >= size)) || [1, '']
  const scaled = value / unit
  const decimals = Math.min(decimalsOf(step / unit), 12)
  if (value === 0) return suffix ? '0' : (0).toFixed(decimals)
  return `${groupDigits(scaled.toFixed(decimals))}${suffix}`
}

/** How many decimals tell neighbours at distance `step` apart. */
export function decimalsOf(step: number): number {
  if (!(step > 0) || !Number.isFinite(step)) return 0
  for (let decimals = 0; decimals < 16; decimals += 1) {
    const scaled = step * 10 ** decimals
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled) && scaled >= 0.999) {
      return decimals
    }
  }
  return 16
}

/** A share of a whole, e.g. "12.2 %". */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  // Only nothing is 0 %, and only the whole is 100 %.
  if (percent > 0 && percent < 0.05) return `<${THIN}0.1${THIN}%`
  if (percent >= 99.95 && percent < 100) return `>${THIN}99.9${THIN}%`
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : 1)}${THIN}%`
}

/** ISO 8601 from microseconds since the epoch; with `Z` when zoned; six decimals or none. */
export function isoTime(microseconds: number, zoned: boolean): string {
  const seconds = Math.floor(microseconds / SECOND)
  const rest = Math.round(microseconds - seconds * SECOND)
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return String(microseconds)
  const base = date.toISOString().slice(0, -5)
  const fraction = rest ? `.${String(rest).padStart(6, '0')}` : ''
  return `${base}${fraction}${zoned ? 'Z' : ''}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A time for people, as coarse as `step` (microseconds) allows. */
export function formatTime(microseconds: number, step = 0): string {
  const iso = isoTime(microseconds, false)
  const [date = iso, clock = ''] = iso.split('T')
  if (step >= DAY || (step > 0 && clock === '00:00:00' && step >= DAY / 2)) return date
  const cut = step >= 60 * SECOND ? 5 : step >= SECOND ? 8 : undefined
  return `${date} ${clock.slice(0, cut)}`
}

/** A tick of a time axis: the part that changes, the larger unit where it turns over. */
export function formatTimeTick(microseconds: number, step: number): string {
  const date = new Date(microseconds / 1000)
  if (Number.isNaN(date.getTime())) return ''
  const year = String(date.getUTCFullYear())
  const month = MONTHS[date.getUTCMonth()] ?? ''
  if (step >= 360 * DAY) return year
  if (step >= 27 * DAY) return date.getUTCMonth() === 0 ? year : month
  const clock = isoTime(microseconds, false).split('T')[1] ?? ''
  if (step >= DAY || clock === '00:00:00') return `${String(date.getUTCDate())} ${month}`
  return step >= 60 * SECOND ? clock.slice(0, 5) : step >= SECOND ? clock.slice(0, 8) : clock.slice(3)
}

/** A canonical value of the server as shown in a cell: grouped digits, "–" for missing. */
export function displayText(text: string | null, type: string): string {
  if (text === null) return '–'
  if (text === 'nan') return 'NaN'
  if (text === 'inf') return '∞'
  if (text === '-inf') return '−∞'
  if (type === 'integer') return groupDigits(text)
  if (type === 'number') {
    const value = Number(text)
    return Number.isFinite(value) ? formatNumber(value, 6) : text
  }
  if (type === 'time') return text.replace('T', ' ').replace(/Z$/, '')
  return text
}

/** "1 row", "18 243 rows". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

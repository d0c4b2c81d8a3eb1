/** Bounds typed by a person: checked against the column's type, kept as canonical text. */
import type { ColumnInfo } from '../../widgets/widget'

export type Bound = { value: string | null } | { fault: string }

const WHOLE = /^[+-]?\d+$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?)?\s?(Z|UTC)?$/i
const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 63n - 1n

function whole(text: string): Bound {
  if (!WHOLE.test(text)) return { fault: 'Only whole numbers.' }
  const value = BigInt(text.replace(/^\+/, ''))
  if (value < LOWEST || value > HIGHEST) return { fault: 'More than 64 bits can hold.' }
  return { value: value.toString() }
}

function number(text: string): Bound {
  const plain = text.replace(/^\+/, '')
  if (/^-?inf(inity)?$/i.test(plain)) return { value: plain.startsWith('-') ? '-inf' : 'inf' }
  return NUMBER.test(plain) ? { value: plain } : { fault: 'This is not a number.' }
}

function time(text: string, zoned: boolean): Bound {
  const found = TIME.exec(text)
  if (!found) return { fault: 'Write it like 2013-01-31 or 2013-01-31 18:30:00.' }
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', part = ''] = found
  const date = `${year}-${month}-${day}`
  const clock = `${hour}:${minute}:${second}`
  const milliseconds = Date.parse(`${date}T${clock}Z`)
  const real =
    !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(`${date}T${clock}`)
  if (!real) return { fault: 'There is no such date.' }
  return { value: `${date}T${clock}${part}${zoned ? 'Z' : ''}` }
}

/** The canonical text of what was typed; empty is an open bound. */
export function readBound(typed: string, column: Pick<ColumnInfo, 'type' | 'zoned'>): Bound {
  const text = typed.trim()
  if (column.type === 'text') return { value: typed === '' ? null : typed }
  if (text === '') return { value: null }
  const plain = text.replaceAll(/[\s\u202f](?=\d{3})/g, '').replace('−', '-')
  if (column.type === 'integer') return whole(plain)
  if (column.type === 'number') return number(plain.replace(',', '.'))
  if (column.type === 'time') return time(text, column.zoned)
  return { value: text }
}

/** Whether `min` lies above `max`; text compares by code point. */
export function isReversed(min: string, max: string, type: ColumnInfo['type']): boolean {
  if (type === 'integer') return BigInt(min) > BigInt(max)
  if (type === 'number') {
    const value = (text: string): number => Number(text.replace('inf', 'Infinity'))
    return value(min) > value(max)
  }
  return min > max
}

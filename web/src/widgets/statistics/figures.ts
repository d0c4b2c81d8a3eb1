/** The figures of a column in the order they are read, and as text. */
import type { Measure } from '../../api/arrow'
import { displayText, formatCount, formatNumber, formatTime } from '../../plot/format'
import type { Axis } from '../widget'

type Value = string | number | null | undefined
export type Figures = Record<string, Value>

export interface Summary {
  axis: Pick<Axis, 'column' | 'type' | 'kind' | 'zoned'>
  absolute: boolean
  all: Figures
  overall: Figures
  groups: Figures[]
}

const COUNTS: [string, string][] = [
  ['count', 'Values'], ['missing', 'Missing'], ['nan', 'NaN'], ['inf', '±∞'], ['distinct', 'Distinct'],
]
const NUMBERS: [string, string][] = [
  ['mean', 'Mean'], ['std', 'Std. deviation'], ['variance', 'Variance'], ['min', 'Minimum'],
  ['q1', '1st quartile'], ['median', 'Median'], ['q3', '3rd quartile'], ['max', 'Maximum'],
]
const NAMES: [string, string][] = [['top', 'Most frequent'], ['frequency', 'Its rows']]

/** Reads a summary measure; null when the answer has none. */
export function readSummary(measure: Measure | undefined): Summary | null {
  if (!measure) return null
  const meta = measure.meta as Partial<Summary>
  if (!meta.axis || !meta.overall) return null
  return {
    axis: meta.axis,
    absolute: meta.absolute ?? false,
    all: meta.all ?? {},
    overall: meta.overall,
    groups: meta.groups ?? [],
  }
}

/** The figures that a column has, as [key, name]. */
export function figuresOf({ axis }: Summary): [string, string][] {
  const numeric = ['number', 'integer', 'time'].includes(axis.type)
  // Times have neither NaN nor infinities, integers neither.
  const counts = COUNTS.filter(([key]) => axis.type === 'number' || (key !== 'nan' && key !== 'inf'))
  // The square of a duration says nothing.
  const numbers = NUMBERS.filter(([key]) => axis.type !== 'time' || key !== 'variance')
  return [...counts, ...(numeric ? numbers : NAMES)]
}

/** One figure as people read it; "–" when nothing counts. */
export function figureText({ axis, absolute }: Summary, key: string, value: Value): string {
  if (value === null || value === undefined) return '–'
  if (COUNTS.some(([name]) => name === key) || key === 'frequency') return formatCount(Number(value))
  if (axis.type === 'time') {
    if (key === 'std') return durationText(Number(value))
    if (typeof value === 'number') return formatTime(value)
  }
  if (typeof value === 'number') return formatNumber(value, 6)
  return absolute && value.startsWith('-') ? displayText(value.slice(1), axis.type) : displayText(value, axis.type)
}

/** Microseconds as a duration in its largest unit. */
export function durationText(microseconds: number): string {
  const units: [number, string][] = [[864e8, 'd'], [36e8, 'h'], [6e7, 'min'], [1e6, 's'], [1e3, 'ms']]
  const [size, name] = units.find(([unit]) => microseconds >= unit) ?? [1, 'µs']
  return `${formatNumber(microseconds / size, 4)} ${name}`
}

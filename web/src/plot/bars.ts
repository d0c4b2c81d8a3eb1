/** The bars of a histogram measure: their extents along the axis and their counts by colour. */
import type { Measure, TypedArray } from '../api/arrow'
import { describeCoordinate } from './bounds'
import { arrayOf, axisOf, partOf, type Part } from './measures'
import type { Axis } from '../widgets/widget'

/** A bar that stands beside the axis. */
export type Aside = 'missing' | 'nan' | 'inf'

export interface Bars {
  axis: Axis
  bins: number
  groups: number
  all: TypedArray
  counts: TypedArray
  /** Ends of the bins in axis coordinates, one more than there are bins. */
  edges: number[]
  /** Whether the last category stands for all values without a bar. */
  other: boolean
  asides: { kind: Aside; name: string; all: number; selected: number }[]
  /** Rows with a value beyond the outer bins. */
  below: Part
  above: Part
}

const ASIDES: [Aside, string][] = [['missing', 'missing'], ['nan', 'NaN'], ['inf', '±∞']]

/** Reads the histogram measure; the axis reaches at least to the outer edges of the bins. */
export function readBars(measure: Measure | undefined): Bars {
  const axis = axisOf(measure, 'axis')
  const all = arrayOf(measure, 'all')
  const counts = arrayOf(measure, 'counts')
  const given = Array.from(arrayOf(measure, 'edges'))
  const edges = given.length ? given : Array.from({ length: all.length + 1 }, (_, i) => i - 0.5)
  const asides = ASIDES.map(([kind, name]) => ({ kind, name, ...partOf(measure, kind) }))
  return {
    axis: { ...axis, domain: domainOf(axis, edges) },
    bins: all.length,
    groups: all.length ? Math.round(counts.length / all.length) : 0,
    all,
    counts,
    edges,
    other: measure?.meta.other === true,
    asides: asides.filter((aside) => aside.all > 0),
    below: partOf(measure, 'below'),
    above: partOf(measure, 'above'),
  }
}

function domainOf({ kind, domain }: Axis, edges: number[]): [number, number] {
  const [first = 0, last = 1] = [edges[0], edges[edges.length - 1]]
  return kind === 'category' ? [first, last] : [Math.min(first, domain[0]), Math.max(last, domain[1])]
}

/** The part of the axis that the bins cover. */
export function shownOf({ edges }: Bars): [number, number] {
  return [edges[0] ?? 0, edges[edges.length - 1] ?? 1]
}

export function countIn(bars: Bars, group: number, bin: number): number {
  return (bars.counts[group * bars.bins + bin] as number | undefined) ?? 0
}

/** The selected rows of a bin, all colours together. */
export function selectedIn(bars: Bars, bin: number): number {
  let total = 0
  for (let group = 0; group < bars.groups; group += 1) total += countIn(bars, group, bin)
  return total
}

/** A bin in words: its value, or from where to where it reaches. */
export function binName(bars: Bars, bin: number): string {
  const { axis, edges } = bars
  if (axis.kind === 'category') {
    const name = axis.categories?.[bin] ?? ''
    return name === '' ? '(empty)' : name
  }
  const [low = 0, high = 0] = [edges[bin], edges[bin + 1]]
  if (axis.type === 'integer' && high - low === 1 && low % 1 !== 0) {
    return describeCoordinate(axis, (low + high) / 2)
  }
  return `${describeCoordinate(axis, low)} – ${describeCoordinate(axis, high)}`
}

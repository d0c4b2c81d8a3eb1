/** What an interval plot draws, read from its measure. */
import type { Measure } from '../../api/arrow'
import { formatShare } from '../../plot/format'
import { arrayOf, axisOf, numberOf } from '../../plot/measures'
import type { Interval } from '../../plot/scale'
import type { Axis } from '../widget'

export interface IntervalSettings {
  x: string
  y: string
  lower: string
  upper: string
  smooth: boolean
  bins: number
  limit: number
}

export interface Judged {
  judged: number
  inside: number
}

/** One bin of one colour; means are NaN where no row was judged. */
export interface Bin extends Judged {
  mean: number
  lower: number
  upper: number
}

/** The axis along x, as wide as its bins. */
export function alongAxis(measure: Measure): Axis {
  const axis = axisOf(measure, 'x')
  const edges = arrayOf(measure, 'edges')
  const [first, last] = [edges[0], edges[edges.length - 1]]
  return first === undefined || last === undefined ? axis
    : { ...axis, domain: [Math.min(axis.domain[0], first), Math.max(axis.domain[1], last)] }
}

export function binsOf(measure: Measure): number {
  return arrayOf(measure, 'centres').length
}

export function binAt(measure: Measure, group: number, bin: number): Bin {
  const at = group * binsOf(measure) + bin
  const read = (name: string): number => (arrayOf(measure, name)[at] as number | undefined) ?? NaN
  return { judged: read('count'), inside: read('inside'), mean: read('mean'), lower: read('lower'), upper: read('upper') }
}

/** Judged rows and those inside, all together or by colour. */
export function coverageOf(measure: Measure, group?: number): Judged {
  if (group === undefined) return { judged: numberOf(measure, 'judged'), inside: numberOf(measure, 'inside') }
  const groups = measure.meta.groups as Judged[] | undefined
  return groups?.[group] ?? { judged: 0, inside: 0 }
}

/** "91.2 %", or a dash when no row was judged. */
export function shareText({ judged, inside }: Judged): string {
  return formatShare(inside, judged)
}

/** What bins and points reach, the farthest hundredth of the points left out; null when all is empty. */
export function spanOf(measure: Measure, groups: number, smooth: boolean): Interval | null {
  const values: number[] = []
  for (let group = 0; smooth && group < groups; group += 1) {
    for (let bin = 0; bin < binsOf(measure); bin += 1) {
      const { mean, lower, upper } = binAt(measure, group, bin)
      if (!Number.isNaN(mean)) values.push(mean, lower, upper)
    }
  }
  const names = smooth ? ['y'] : ['y', 'y_lower', 'y_upper']
  for (const name of names) {
    const sorted = Float64Array.from(arrayOf(measure, name)).sort()
    const last = sorted.length - 1
    const aside = Math.floor(sorted.length / 200)
    if (last >= 0) values.push(sorted[aside] as number, sorted[last - aside] as number)
  }
  if (values.length === 0) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const margin = high > low ? (high - low) * 0.06 : Math.abs(low) * 0.05 || 0.5
  return [low - margin, high + margin]
}

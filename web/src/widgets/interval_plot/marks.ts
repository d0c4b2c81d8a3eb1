/** Draws the band, the line and the points of an interval plot. */
import type { Measure } from '../../api/arrow'
import { svg } from '../../plot/elements'
import { arrayOf } from '../../plot/measures'
import type { Scale } from '../../plot/scale'
import { binAt, binsOf } from './reading'

/** From the mean lower to the mean upper bound, and the mean of the values; gaps where no row was judged. */
export function drawBand(
  parent: SVGGElement, measure: Measure, group: number, groups: number, colour: string, x: Scale, y: Scale,
): void {
  const edges = arrayOf(measure, 'edges')
  const centres = arrayOf(measure, 'centres')
  let [line, pen] = ['', 'M']
  let [upper, lower]: [string[], string[]] = [[], []]
  const close = (): void => {
    if (upper.length) {
      svg('path', { d: `M${[...upper, ...lower.reverse()].join('L')}z`, fill: colour, 'fill-opacity': 0.18 }, parent)
    }
    ;[upper, lower] = [[], []]
  }
  const n = binsOf(measure)
  const isGap = (bin: number): boolean => bin < 0 || bin >= n || Number.isNaN(binAt(measure, group, bin).mean)
  for (let bin = 0; bin < n; bin += 1) {
    const found = binAt(measure, group, bin)
    if (isGap(bin)) {
      close()
      pen = 'M'
      continue
    }
    const across = x.place(centres[bin] as number).toFixed(1)
    // Values of a text do not run into each other.
    const isText = x.axis.kind === 'category'
    const alone = isText || (isGap(bin - 1) && isGap(bin + 1))
    const [from, to] = isText ? laneOf(bin, group, groups) : [edges[bin] as number, edges[bin + 1] as number]
    const ends = alone ? [x.place(from).toFixed(1), x.place(to).toFixed(1)] : [across]
    for (const at of ends) {
      upper.push(`${at} ${y.place(found.upper).toFixed(1)}`)
      lower.push(`${at} ${y.place(found.lower).toFixed(1)}`)
      line += `${pen}${at} ${y.place(found.mean).toFixed(1)}`
      pen = 'L'
    }
    if (alone) {
      close()
      pen = 'M'
    }
  }
  close()
  svg('path', { d: line, fill: 'none', stroke: colour, 'stroke-width': 1.75, 'stroke-linejoin': 'round' }, parent)
}

/** Draws the sampled rows: dots inside, crosses outside; returns how many lie beyond the picture. */
export function paintPoints(
  context: CanvasRenderingContext2D | null,
  measure: Measure,
  colours: { inside: (group: number) => string; outside: (group: number) => string; bar: string },
  x: Scale,
  y: Scale,
  bars: boolean,
  lanes = 1,
): number {
  const [xs, ys] = [arrayOf(measure, 'x'), arrayOf(measure, 'y')]
  const [lows, highs] = [arrayOf(measure, 'y_lower'), arrayOf(measure, 'y_upper')]
  const samples = arrayOf(measure, 'sample')
  const [insides, groups] = [arrayOf(measure, 'is_inside'), arrayOf(measure, 'colour')]
  const [low, high] = y.domain
  const placeOf = (i: number): number => x.place(placed(x, xs[i] as number, samples[i] as number, groups[i] as number, lanes))
  let beyond = 0
  if (bars && context) {
    context.strokeStyle = colours.bar
    context.globalAlpha = 0.5
    context.lineWidth = 1
    context.beginPath()
    for (let i = 0; i < xs.length; i += 1) {
      const [from, to] = [Math.max(low, lows[i] as number), Math.min(high, highs[i] as number)]
      const across = placeOf(i)
      if (from > to) continue
      context.moveTo(across, y.place(from))
      context.lineTo(across, y.place(to))
    }
    context.stroke()
  }
  if (context) {
    context.globalAlpha = Math.min(0.85, Math.max(0.4, 60 / Math.sqrt(xs.length + 1) / 2))
    context.lineWidth = 1.4
  }
  // Crosses last: few of them, and what one looks for.
  for (const wanted of [1, 0]) {
    for (let i = 0; i < xs.length; i += 1) {
      if (insides[i] !== wanted) continue
      const value = ys[i] as number
      if (value < low || value > high) {
        beyond += 1
        continue
      }
      if (!context) continue
      const [px, py] = [placeOf(i), y.place(value)]
      const group = groups[i] as number
      context.beginPath()
      if (wanted) {
        context.fillStyle = colours.inside(group)
        context.arc(px, py, 1.9, 0, 7)
        context.fill()
      } else {
        context.strokeStyle = colours.outside(group)
        context.moveTo(px - 2.4, py - 2.4)
        context.lineTo(px + 2.4, py + 2.4)
        context.moveTo(px - 2.4, py + 2.4)
        context.lineTo(px + 2.4, py - 2.4)
        context.stroke()
      }
    }
  }
  return beyond
}

/** Each colour has a lane of its own beside the others of one text. */
function laneOf(at: number, group: number, groups: number): [number, number] {
  const width = 0.76 / groups
  const from = at - 0.38 + group * width
  return [from + width * 0.04, from + width * 0.96]
}

/** Where a row lies: rows of one text beside each other in their lane, each one always in its place. */
function placed(x: Scale, at: number, sample: number, group: number, lanes: number): number {
  if (x.axis.kind !== 'category') return at
  const [from, to] = laneOf(at, lanes > 1 ? group : 0, lanes)
  const part = sample * 0.7548776662466927
  return from + (to - from) * (0.1 + 0.8 * (part - Math.floor(part)))
}

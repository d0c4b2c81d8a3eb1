/** Where the bars of a distribution stand: upright, or lying where names need the room. */
import { bottomRoom, sideRoom } from '../../plot/axes'
import { shownOf, type Bars } from '../../plot/bars'
import { textWidth } from '../../plot/elements'
import { largest } from '../../plot/measures'
import { plainAxis, Scale } from '../../plot/scale'
import type { Tick } from '../../plot/ticks'
import type { Mode } from './extent'

export interface Layout {
  /** Bars lie on their side, so that long names fit. */
  lying: boolean
  along: Scale
  value: Scale
}

const ASIDE_WIDTH = 18
const ASIDE_PITCH = 44
const ASIDE_GAP = 22
const LYING_PITCH = 20
// Pixels that a lying bar needs to be told from its neighbours.
const THINNEST = 9

/** The scales of a picture of some size. */
export function layoutOf(
  bars: Bars,
  { width, height }: { width: number; height: number },
  mode: Mode,
  coloured: boolean,
): Layout {
  const { axis, bins, asides } = bars
  const top = coloured ? 24 : 10
  const counts = plainAxis('rows', [0, tallest(bars, mode)])
  const widest = Math.max(0, ...(axis.categories ?? []).map((name) => textWidth(name)))
  const lying = axis.kind === 'category' && bins * (Math.min(widest, 90) + 10) > width - 60
    && (height - top - 30) / Math.max(bins, 1) >= THINNEST
  if (lying) {
    const left = Math.min(widest, width * 0.36) + 14
    const end = height - bottomRoom(true) - (asides.length ? asides.length * LYING_PITCH + 8 : 0)
    return { lying, along: new Scale(axis, [top, end]), value: new Scale(counts, [left, width - 14]) }
  }
  const beside = asides.length ? ASIDE_GAP + asides.length * ASIDE_PITCH : 0
  const value = new Scale(counts, [height - bottomRoom(true), top])
  const left = sideRoom(value, false, 96, mode === 'percent' ? percentTicks() : undefined) + 2
  const right = Math.max(left + 20, width - 12 - beside)
  return { lying, along: new Scale(axis, [left, right], shownOf(bars)), value }
}

function tallest(bars: Bars, mode: Mode): number {
  if (mode === 'percent') return 1
  const drawn = largest(bars.all)
  // Many missing values must not flatten the bars; a column of nothing else still shows them.
  return Math.max(1, drawn || Math.max(0, ...bars.asides.map(({ all }) => all)))
}

/** Where the bar of a value without a place on the axis stands. */
export function asideBox(
  { lying, along, value }: Layout,
  index: number,
): { x: number; y: number; width: number; height: number } {
  if (lying) {
    const y = along.range[1] + bottomRoom(true) + index * LYING_PITCH
    return { x: value.range[0], y, width: value.range[1] - value.range[0], height: 14 }
  }
  const x = along.range[1] + ASIDE_GAP + index * ASIDE_PITCH
  return { x, y: value.range[1], width: ASIDE_WIDTH, height: value.range[0] - value.range[1] }
}

/** Ticks of an axis of shares. */
export function percentTicks(): Tick[] {
  return [0, 0.25, 0.5, 0.75, 1].map((at) => {
    const label = `${String(at * 100)}%`
    return { at, label, full: label }
  })
}

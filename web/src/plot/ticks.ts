/** Chooses ticks: round values, as many as fit, labels that never touch. */
import { scaleUtc } from 'd3-scale'
import { ticks, tickStep } from 'd3-array'
import { textWidth, truncate } from './elements'
import { formatTick, formatTimeTick } from './format'
import type { Scale } from './scale'

export interface Tick {
  /** In axis coordinates. */
  at: number
  label: string
  /** The whole label where it had to be cut. */
  full: string
}

const GAP = 10

/** More round values than this are too many to read. */
const MOST = 12

/** Ticks of a horizontal axis. */
export function horizontalTicks(scale: Scale): Tick[] {
  const width = Math.abs(scale.range[1] - scale.range[0])
  if (scale.axis.kind === 'category') return categoryTicks(scale, 44)
  for (let count = Math.min(MOST, Math.max(1, Math.floor(width / 60))); count >= 1; count -= 1) {
    const chosen = roundTicks(scale, count)
    if (chosen.length <= Math.min(count + 2, MOST) && !labelsTouch(scale, chosen)) return chosen
  }
  return roundTicks(scale, 1).slice(0, 1)
}

/** Ticks of a vertical axis; labels are cut to `room` pixels. */
export function verticalTicks(scale: Scale, room = 96): Tick[] {
  const height = Math.abs(scale.range[1] - scale.range[0])
  if (scale.axis.kind !== 'category') {
    let count = Math.min(MOST, Math.max(3, Math.floor(height / 36)))
    while (count > 1 && roundTicks(scale, count).length > MOST) count -= 1
    return roundTicks(scale, count)
  }
  const shown = indicesShown(scale)
  const step = Math.max(1, Math.ceil((shown.length * 15) / Math.max(height, 1)))
  return shown.filter((_, place) => place % step === 0).map((at) => categoryTick(scale, at, room))
}

function roundTicks(scale: Scale, count: number): Tick[] {
  const [low, high] = scale.domain
  if (scale.axis.kind === 'time') {
    const dates = scaleUtc([new Date(low / 1000), new Date(high / 1000)], [0, 1]).ticks(count)
    const stops = dates.map((date) => date.getTime() * 1000)
    const step = stops.length > 1 ? (stops[1] ?? 0) - (stops[0] ?? 0) : high - low
    return stops.map((at) => tick(at, formatTimeTick(at, step)))
  }
  const whole = scale.axis.type === 'integer'
  const step = tickStep(low, high, count)
  const stops = ticks(low, high, count).filter((at) => !whole || Number.isInteger(at))
  const largest = Math.max(Math.abs(low), Math.abs(high))
  return stops.map((at) => tick(at, formatTick(at, whole ? Math.max(step, 1) : step, largest)))
}

function tick(at: number, label: string): Tick {
  return { at, label, full: label }
}

function labelsTouch(scale: Scale, chosen: Tick[]): boolean {
  let end = -Infinity
  for (const { at, label } of chosen) {
    const half = textWidth(label) / 2
    const middle = scale.place(at)
    if (middle - half < end + GAP) return true
    end = middle + half
  }
  return false
}

function indicesShown(scale: Scale): number[] {
  const [low, high] = scale.domain
  return (scale.axis.categories ?? []).map((_, i) => i).filter((i) => i >= low && i <= high)
}

function categoryTick(scale: Scale, at: number, room: number): Tick {
  const full = scale.axis.categories?.[at] ?? ''
  const named = full === '' ? '(empty)' : full
  return { at, label: truncate(named, room), full: named }
}

/** Names under their places: all when they fit, else every n-th, cut to the room there is. */
function categoryTicks(scale: Scale, room: number): Tick[] {
  const shown = indicesShown(scale)
  const band = 1 / scale.perPixel
  const whole = shown.map((at) => categoryTick(scale, at, Infinity))
  const widest = Math.max(0, ...whole.map(({ label }) => textWidth(label)))
  if (widest + GAP <= band) return whole
  const step = Math.max(1, Math.ceil(Math.min(widest + GAP, room) / band))
  return shown
    .filter((_, place) => place % step === 0)
    .map((at) => categoryTick(scale, at, step * band - GAP / 2))
}

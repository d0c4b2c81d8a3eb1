/** Contours of a density as paths, the lowest level first. */
import { contours } from 'd3-contour'
import { largest } from '../../plot/measures'

export interface Contour {
  /** How high the level is, 0 to 1 of the highest density. */
  share: number
  d: string
}

/** The levels' lower ends as shares of the highest density: even, from half a level on. */
export function sharesOf(levels: number): number[] {
  return Array.from({ length: levels }, (_, level) => (level + 0.5) / (levels + 0.5))
}

/**
 * Filled contours of a grid [row, column]; `place` puts shares of the grid's width and height
 * (from its lowest corner) on pixels.
 */
export function contoursOf(
  density: Float64Array,
  width: number,
  levels: number,
  place: (across: number, up: number) => [number, number],
): Contour[] {
  const top = largest(density)
  const height = width ? density.length / width : 0
  if (top <= 0) return []
  const shares = sharesOf(levels)
  const made = contours().size([width, height]).thresholds(shares.map((share) => share * top))(Array.from(density))
  return made.map(({ coordinates }, level) => ({
    share: shares[level] ?? 0,
    d: coordinates.flat().map((ring) => ringPath(ring, width, height, place)).join(''),
  })).filter(({ d }) => d !== '')
}

function ringPath(
  ring: number[][],
  width: number,
  height: number,
  place: (across: number, up: number) => [number, number],
): string {
  const points = ring.map(([x = 0, y = 0]) => place(x / width, y / height).map((at) => at.toFixed(1)).join(' '))
  return `M${points.join('L')}Z`
}

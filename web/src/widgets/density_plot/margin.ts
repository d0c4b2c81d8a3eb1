/** The counts of a raster along its axes, and where its cells are. */
import type { Axis } from '../widget'
import type { Interval } from '../../plot/scale'

/** Selected rows by cell, [row, column] with the lowest y first: all colours together. */
export function totalsOf(counts: ArrayLike<number>, groups: number, cells: number): Float64Array {
  const totals = new Float64Array(cells)
  for (let i = 0; i < groups * cells; i += 1) totals[i % cells] = (totals[i % cells] ?? 0) + (counts[i] ?? 0)
  return totals
}

/** Rows by cell along one axis of a grid [row, column]. */
export function sumsOf(totals: Float64Array, width: number, which: 'x' | 'y'): Float64Array {
  const cells = new Float64Array(which === 'x' ? width : width ? totals.length / width : 0)
  totals.forEach((rows, cell) => {
    const at = which === 'x' ? cell % width : Math.floor(cell / width)
    cells[at] = (cells[at] ?? 0) + rows
  })
  return cells
}

/** How many cells lie between two coordinates that can occur; null where any can, or they are closer than cells. */
export function cellsPerPlace(axis: Axis, [low, high]: Interval, cells: number): number | null {
  if (axis.kind !== 'category' && axis.type !== 'integer') return null
  return high - low <= cells ? cells / (high - low) : null
}

/** The lower edge of a cell, by the same arithmetic as the server's. */
export function edgeOf([low, high]: Interval, cell: number, cells: number): number {
  if (cell <= 0) return low
  return cell >= cells ? high : low * (1 - cell / cells) + high * (cell / cells)
}

/** The cell that a coordinate of the window lies in: cells hold their lower edge, the last one both. */
export function cellOf(place: number, window: Interval, cells: number): number {
  const guess = Math.floor(((place - window[0]) / (window[1] - window[0])) * cells)
  let cell = Math.max(0, Math.min(cells - 1, guess))
  while (cell > 0 && edgeOf(window, cell, cells) > place) cell -= 1
  while (cell < cells - 1 && edgeOf(window, cell + 1, cells) <= place) cell += 1
  return cell
}

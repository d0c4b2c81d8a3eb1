/** Counts per cell as a smooth density: a Gaussian kernel, as wide as the spread of the rows asks. */

// Of a Gaussian, what lies farther than this many standard deviations is left out.
const REACH = 3
const QUARTILES_OF_NORMAL = 1.349
/** The share of the place of a text or an integer that its rows are spread over. */
const OF_PLACE = 0.22
const BETWEEN_PLACES = 0.45

/** The kernel's standard deviation in cells, by Scott's rule for two dimensions. */
export function bandwidth(
  cells: Float64Array,
  { kind, perPlace }: { kind: string; perPlace: number | null },
  smoothing: number,
): number {
  if (smoothing === 0) return 0
  // Texts have no distances: each keeps a hill of its own.
  if (kind === 'category') return Math.min(2, smoothing) * OF_PLACE * (perPlace ?? 1)
  const { n, deviation } = spreadOf(cells)
  if (n === 0) return 0
  const wide = smoothing * deviation * n ** (-1 / 6)
  const least = Math.max(0.7 * smoothing, BETWEEN_PLACES * (perPlace ?? 0))
  return Math.min(Math.max(wide, least), cells.length / 6)
}

/** Rows, and their spread in cells: the standard deviation or, with far ends, that of the middle half. */
function spreadOf(cells: Float64Array): { n: number; deviation: number } {
  let [n, sum] = [0, 0]
  cells.forEach((rows, cell) => { n += rows; sum += rows * cell })
  if (n === 0) return { n, deviation: 0 }
  const mean = sum / n
  const squares = cells.reduce((total, rows, cell) => total + rows * (cell - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / n)
  const middle = (quantile(cells, n * 0.75) - quantile(cells, n * 0.25)) / QUARTILES_OF_NORMAL
  return { n, deviation: middle > 0 ? Math.min(deviation, middle) : deviation }
}

function quantile(cells: Float64Array, rank: number): number {
  let passed = 0
  for (const [cell, rows] of cells.entries()) {
    if (passed + rows >= rank) return cell + (rows ? (rank - passed) / rows : 0)
    passed += rows
  }
  return cells.length
}

/** Smooths a grid [row, column] along both axes; at its edges the kernel is cut, not darkened. */
export function smoothed(grid: Float64Array, width: number, sigmas: { x: number; y: number }): Float64Array {
  const height = width ? grid.length / width : 0
  const across = pass(grid, { lines: height, length: width, step: 1, stride: width }, sigmas.x)
  return pass(across, { lines: width, length: height, step: width, stride: 1 }, sigmas.y)
}

interface Lines {
  lines: number
  length: number
  /** From a cell to the next one of its line, and from a line to the next one. */
  step: number
  stride: number
}

function pass(grid: Float64Array, { lines, length, step, stride }: Lines, sigma: number): Float64Array {
  if (sigma <= 0) return grid
  const reach = Math.ceil(REACH * sigma)
  const weights = Array.from({ length: reach + 1 }, (_, d) => Math.exp(-(d * d) / (2 * sigma * sigma)))
  const out = new Float64Array(grid.length)
  for (let at = 0; at < length; at += 1) {
    const [first, last] = [Math.max(0, at - reach), Math.min(length - 1, at + reach)]
    let whole = 0
    for (let other = first; other <= last; other += 1) whole += weights[Math.abs(other - at)] ?? 0
    for (let other = first; other <= last; other += 1) {
      const weight = (weights[Math.abs(other - at)] ?? 0) / whole
      for (let line = 0; line < lines; line += 1) {
        const place = line * stride + at * step
        out[place] = (out[place] ?? 0) + weight * (grid[line * stride + other * step] ?? 0)
      }
    }
  }
  return out
}

/** Where the blocks and the ribbons of parallel categories lie. */
import { classAt, sumOf, type Combinations } from './combinations'

export interface Field {
  /** The left edge of each column's blocks. */
  across: number[]
  top: number
  bottom: number
}

export interface Block {
  column: number
  index: number
  /** Its place among the classes of all columns. */
  place: number
  x: number
  y: number
  height: number
  /** Heights of its colours, one below the other. */
  parts: number[]
}

export interface Ribbon {
  combination: number
  group: number
  thick: number
  /** Its upper edge in each column. */
  tops: number[]
}

export const BLOCK = 10
const GAP = 5
const WIDEST_GAP = 26

/** The blocks of all columns, by column and class. One unit is as high everywhere. */
export function blocksOf(all: Combinations, { across, top, bottom }: Field): Block[] {
  const width = all.classAll.length
  const totals = Array.from({ length: width }, (_, at) => finite(sumOf(all.classSizes, all.groups, width, at)))
  const height = bottom - top
  const most = Math.max(1, ...all.columns.map(({ classes }) => classes.length))
  const gap = Math.min(GAP, (height * 0.4) / most)
  const whole = totals.slice(0, all.columns[0]?.classes.length).reduce((a, b) => a + b, 0)
  const unit = whole > 0 ? (height - gap * (most - 1)) / whole : 0
  let place = 0
  return all.columns.flatMap(({ classes }, column) => {
    const n = classes.length
    const between = n > 1 ? Math.min(WIDEST_GAP, (height - unit * whole) / (n - 1)) : 0
    let y = top + (height - unit * whole - between * (n - 1)) / 2
    return classes.map((_, index) => {
      const at = place
      place += 1
      const parts = Array.from({ length: all.groups }, (_unused, group) =>
        finite(all.classSizes[group * width + at] as number) * unit)
      const block = { column, index, place: at, x: across[column] ?? 0, y, height: (totals[at] ?? 0) * unit, parts }
      y += block.height + between
      return block
    })
  })
}

/** The ribbons, those of one colour side by side in every block. */
export function ribbonsOf(all: Combinations, blocks: Block[]): Ribbon[] {
  const [first] = blocks
  if (!first) return []
  const height = blocks.reduce((sum, block) => sum + (block.column === 0 ? block.height : 0), 0)
  const width = all.classAll.length
  const whole = blocks.filter(({ column }) => column === 0)
    .reduce((sum, { place }) => sum + finite(sumOf(all.classSizes, all.groups, width, place)), 0)
  const unit = whole > 0 ? height / whole : 0
  const starts: number[] = []
  for (const { column } of blocks) starts[column] ??= blocks.findIndex((block) => block.column === column)
  const ribbons: Ribbon[] = []
  // Where the parts of a colour begin in each block: what is not drawn leaves its room free.
  const ends = blocks.map((block) => block.y)
  for (let group = 0; group < all.groups; group += 1) {
    const next = [...ends]
    for (let combination = 0; combination < all.drawn; combination += 1) {
      const thick = finite(all.sizes[group * all.drawn + combination] as number) * unit
      if (!thick) continue
      const tops = all.columns.map((_, column) => {
        const block = (starts[column] ?? 0) + classAt(all, combination, column)
        const y = next[block] ?? 0
        next[block] = y + thick
        return y
      })
      ribbons.push({ combination, group, thick, tops })
    }
    blocks.forEach((block, i) => { ends[i] = (ends[i] ?? 0) + (block.parts[group] ?? 0) })
  }
  return ribbons
}

/** A ribbon as path data: a band from column to column. */
export function bandOf({ tops, thick }: Ribbon, { across }: Field): string {
  // One row among a million still shows.
  const height = Math.max(thick, 0.75)
  let d = ''
  for (let column = 0; column + 1 < tops.length; column += 1) {
    const [from, to] = [(across[column] ?? 0) + BLOCK, across[column + 1] ?? 0]
    const [y, next] = [tops[column] ?? 0, tops[column + 1] ?? 0]
    const middle = (from + to) / 2
    d += `M${n(from)} ${n(y)}C${n(middle)} ${n(y)} ${n(middle)} ${n(next)} ${n(to)} ${n(next)}`
      + `v${n(height)}C${n(middle)} ${n(next + height)} ${n(middle)} ${n(y + height)} ${n(from)} ${n(y + height)}z`
  }
  return d
}

/** Sums that no float64 holds are drawn as the largest one. */
function finite(size: number): number {
  return Number.isFinite(size) ? size : 1e300
}

function n(value: number): string {
  return value.toFixed(1)
}

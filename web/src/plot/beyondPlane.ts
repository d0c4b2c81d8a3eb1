/** The selected rows beyond the window of a plane: said below it, and axis by axis. */
import type { Measure } from '../api/arrow'
import { moreRows } from './beyond'
import { axisOf } from './measures'

interface Beyond {
  rows: number
  x: { below: number; above: number }
  y: { below: number; above: number }
}

const NONE: Beyond = { rows: 0, x: { below: 0, above: 0 }, y: { below: 0, above: 0 } }

const words = (count: number, where: 'below' | 'above' | 'beyond'): string =>
  moreRows({ all: count, selected: count }, where)

/** How many they are, in words: all of them, and how many lie off which end. */
export function beyondOf(raster: Measure | undefined): { rows: number; text: string; detail: string } {
  const beyond = (raster?.meta.beyond as Beyond | undefined) ?? NONE
  const detail = (['x', 'y'] as const).flatMap((name) => {
    const ends = (['below', 'above'] as const).filter((end) => beyond[name][end] > 0)
    const said = ends.map((end) => words(beyond[name][end], end))
    return said.length ? [`${axisOf(raster, name).column}: ${said.join(', ')}`] : []
  })
  return { rows: beyond.rows, text: words(beyond.rows, 'beyond'), detail: detail.join(' · ') }
}

/** The page a newcomer sees: five widgets with settings that suit the data. */
import type { Facts } from '../facts'
import type { PlacedWidget, Settings } from '../state/document'
import { newId } from '../state/identifier'

interface Cell {
  x: number
  y: number
  w: number
  h: number
}

/** Columns of 12 and rows of 40 px, as in the drawing of the page. */
export const DEFAULT_PLACES: Record<string, Cell> = {
  parallel_coordinates: { x: 0, y: 0, w: 12, h: 9 },
  point_plot: { x: 0, y: 9, w: 5, h: 11 },
  distribution: { x: 5, y: 9, w: 4, h: 5 },
  statistics: { x: 9, y: 9, w: 3, h: 5 },
  range_slider_plot: { x: 5, y: 14, w: 3, h: 6 },
  sample_table: { x: 8, y: 14, w: 4, h: 6 },
}

export function arrange(suggested: { kind: string; settings: Settings }[]): PlacedWidget[] {
  return suggested.flatMap(({ kind, settings }) => {
    const place = DEFAULT_PLACES[kind]
    return place ? [{ id: newId('w'), kind, settings, ...place }] : []
  })
}

/** Asks the server for settings of each kind it has; a kind without a suggestion stays out. */
export async function defaultDashboard(facts: Facts): Promise<PlacedWidget[]> {
  const kinds = Object.keys(DEFAULT_PLACES).filter((kind) => facts.kindOf(kind))
  const found = await Promise.allSettled(
    kinds.map(async (kind) => ({ kind, settings: await facts.suggest(kind) })),
  )
  return arrange(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
}

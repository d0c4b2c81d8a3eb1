/** The page a newcomer sees: a colour, and widgets with settings that suit the data. */
import type { ColumnInfo } from '../../widgets/widget'
import type { Facts } from '../facts'
import type { PlacedWidget, Settings } from '../state/document'
import { newId } from '../state/identifier'

interface Cell {
  x: number
  y: number
  w: number
  h: number
}

/** The height of a row of the grid, and of what stands above and below it. */
const ROW_PX = 40
const AROUND_PX = 100
const LEAST_ROWS = 20
const MOST_ROWS = 52

/** Columns of 12 and rows of 40 px, as in the drawing of the page; more rows on tall screens. */
export function defaultPlaces(room = LEAST_ROWS): Record<string, Cell> {
  const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(room)))
  const top = Math.round(rows * 0.45)
  const middle = Math.round(rows * 0.25)
  const bottom = rows - top - middle
  return {
    parallel_coordinates: { x: 0, y: 0, w: 12, h: top },
    point_plot: { x: 0, y: top, w: 5, h: middle + bottom },
    distribution: { x: 5, y: top, w: 3, h: middle },
    statistics: { x: 8, y: top, w: 4, h: middle },
    range_slider_plot: { x: 5, y: top + middle, w: 3, h: bottom },
    sample_table: { x: 8, y: top + middle, w: 4, h: bottom },
  }
}

const MOST_COLOURS = 8
/** Share of the evenest histogram's entropy from which a picture shows a shape. */
const SHAPELY = 0.55

/**
 * The column that tells most colours apart: the first few classes, else the models, whose marks lie
 * on each other wherever a plot shows what does not depend on them.
 */
export function defaultColour(columns: ColumnInfo[], profileOf: Facts['profileOf']): string | null {
  const few = (column: ColumnInfo): boolean => {
    const distinct = profileOf(column.name)?.distinct
    return typeof distinct === 'number' && distinct > 1 && distinct <= MOST_COLOURS
  }
  const model = columns.find(({ name, type }) => name === 'model' && type === 'text' && !profileOf(name))
  const classes = columns.filter(few)
  const found =
    classes.find(({ type }) => type === 'text') ?? model ?? classes.find(({ type }) => type === 'boolean')
  return found?.name ?? null
}

/** How evenly a histogram fills its bars: 1 is even, 0 is one bar. */
export function evenness(histogram: number[]): number {
  const total = histogram.reduce((sum, bar) => sum + bar, 0)
  if (histogram.length < 2 || total === 0) return 0
  const shares = histogram.map((bar) => bar / total).filter((share) => share > 0)
  return shares.reduce((sum, share) => sum - share * Math.log(share), 0) / Math.log(histogram.length)
}

/** The numbers whose distribution has a shape: the suggested ones unless a few bars hold all. */
export function defaultDistribution(
  suggested: string,
  columns: ColumnInfo[],
  profileOf: Facts['profileOf'],
): string {
  const numeric = columns.filter(
    ({ type, category }) => (type === 'number' || type === 'integer') && category !== 'context',
  )
  const shapely = (name: string): boolean => evenness(profileOf(name)?.histogram ?? []) >= SHAPELY
  if (!numeric.some(({ name }) => name === suggested) || shapely(suggested)) return suggested
  return numeric.find(({ name }) => shapely(name))?.name ?? suggested
}

export function arrange(suggested: { kind: string; settings: Settings }[], room?: number): PlacedWidget[] {
  const places = defaultPlaces(room)
  return suggested.flatMap(({ kind, settings }) => {
    const place = places[kind]
    return place ? [{ id: newId('w'), kind, settings, ...place }] : []
  })
}

/**
 * Asks the server for settings of each kind it has; a kind without a suggestion stays out. The
 * colour is null where no column has few enough classes.
 */
export async function defaultDashboard(
  facts: Facts,
): Promise<{ widgets: PlacedWidget[]; colour: string | null }> {
  const { columnList, profileOf } = facts
  const kinds = Object.keys(defaultPlaces()).filter((kind) => facts.kindOf(kind))
  const found = await Promise.allSettled(
    kinds.map(async (kind) => ({ kind, settings: await facts.suggest(kind) })),
  )
  const suggested = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  for (const { kind, settings } of suggested) {
    if (kind === 'distribution' && typeof settings.column === 'string') {
      settings.column = defaultDistribution(settings.column, columnList.value, profileOf)
    }
    if (kind !== 'point_plot') continue
    for (const axis of ['x', 'y']) settings[`${axis}_window`] = profileOf(String(settings[axis]))?.core ?? null
  }
  return { widgets: arrange(suggested, (window.innerHeight - AROUND_PX) / ROW_PX), colour: defaultColour(columnList.value, profileOf) }
}

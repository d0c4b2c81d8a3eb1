/** What the stars are of: values of a column, or the classes that the page's colour makes of numbers. */
import type { Colour } from '../../api/arrow'
import { chosenIn, classFilter, colourGroups, readClasses, type Groups } from '../../plot/classes'
import type { WidgetFilter } from '../widget'

/** The groups of a measure; null when there is one star for all rows. */
export function groupsOf(described: unknown, colour: Colour | null): Groups | null {
  if (described) {
    const classes = readClasses(described)
    return { classes, ranges: classes.classes.map(() => null) }
  }
  return colour && colourGroups(colour)
}

/** The filters that keep the rows of the chosen groups. */
export function filtersOf({ classes, ranges }: Groups, chosen: ReadonlySet<number>): WidgetFilter[] {
  const [first] = chosen
  const range = first === undefined ? null : ranges[first]
  if (range) return [range]
  const filter = classFilter(classes, chosen)
  return filter ? [filter] : []
}

/** The groups that filters keep; none when they choose none. */
export function chosenBy({ classes, ranges }: Groups, filters: WidgetFilter[]): Set<number> {
  const range = ranges.findIndex((one) => one && filters.some((filter) =>
    filter.op === 'range' && filter.column === one.column && (filter.min ?? null) === one.min && (filter.max ?? null) === one.max))
  return range < 0 ? chosenIn(classes, filters) : new Set([range])
}

/** What is chosen once a group is toggled; ranges of numbers are chosen one at a time. */
export function toggled({ ranges }: Groups, chosen: ReadonlySet<number>, group: number): Set<number> {
  const next = new Set(chosen)
  if (next.delete(group)) return next
  const apart = ranges[group] || [...chosen].some((one) => ranges[one])
  return apart ? new Set([group]) : next.add(group)
}

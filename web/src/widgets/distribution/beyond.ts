/** The rows beyond the bars of a distribution: said at the ends of its axis, and in words. */
import { TITLE_DOWN } from '../../plot/axes'
import { shownOf, type Bars } from '../../plot/bars'
import { BeyondNote, moreRows, roomBetween, titleRoom } from '../../plot/beyond'
import { formatNumber } from '../../plot/format'
import type { Part } from '../../plot/measures'
import type { Interval } from '../../plot/scale'
import type { Layout } from './layout'

/** What lies beyond the bars, with its name in the table and its sentence. */
export function beyondOf(bars: Bars): (Part & { name: string; text: string })[] {
  const [first, last] = shownOf(bars).map((edge) => formatNumber(edge))
  const ends = [
    { name: `below ${first ?? ''}`, text: moreRows(bars.below, 'below'), ...bars.below },
    { name: `above ${last ?? ''}`, text: moreRows(bars.above, 'above'), ...bars.above },
  ]
  return ends.filter(({ all }) => all > 0)
}

export class BeyondNotes {
  private readonly below: BeyondNote
  private readonly above: BeyondNote

  constructor(parent: HTMLElement, showAll: () => void) {
    this.below = new BeyondNote(parent, 'left', showAll)
    this.above = new BeyondNote(parent, 'right', showAll)
  }

  /** Puts the notes at the ends of the axis; returns the room between them, for its title. */
  place({ below, above, axis }: Bars, { along, value }: Layout, width: number): Interval {
    const text = (part: Part, side: 'below' | 'above'): string | null =>
      part.all > 0 ? moreRows(part, side) : null
    const [left, right] = [text(below, 'below'), text(above, 'above')]
    const { room, short } = roomBetween(left, right, width)
    const top = value.range[0] + TITLE_DOWN - 13
    this.below.place(left, top, short)
    this.above.place(right, top, short)
    return titleRoom(along.range, room, axis.column)
  }
}

/** Says how many rows lie beyond what a plot shows, at the ends of its axis; a press shows them. */
import { html, textWidth } from './elements'
import { formatCount } from './format'
import type { Part } from './measures'
import type { Interval } from './scale'

/** How far the notes stand from the sides of a plot; the corner at the right is for sizing it. */
const LEFT = 10
const RIGHT = 24

/** "12 more below"; where filters leave some out, "3 of 12 more below". */
export function moreRows({ all, selected }: Part, where: 'below' | 'above' | 'beyond'): string {
  const count = selected === all ? formatCount(all) : `${formatCount(selected)} of ${formatCount(all)}`
  return `${count} more ${where}`
}

const PADDING = 12
// What a title between the notes needs at least.
const LEAST_TITLE = 60

export class BeyondNote {
  private readonly button: HTMLButtonElement

  constructor(parent: HTMLElement, private readonly side: 'left' | 'right', showAll: () => void) {
    this.button = html('button', { type: 'button', class: `plot-beyond plot-beyond-${side}`, hidden: '' }, parent)
    this.button.addEventListener('click', showAll)
  }

  /** Shows the note at its side of a plot, the number alone where it is `short`, or hides it. */
  place(text: string | null, top: number, short: boolean, detail = text): void {
    this.button.hidden = text === null
    if (text === null) return
    const shown = short ? shortened(text) : text
    if (this.button.textContent !== shown) this.button.textContent = shown
    this.button.setAttribute('aria-label', `${text}: show all`)
    this.button.title = `${detail ?? text}. Show all.`
    this.button.style.top = `${String(top)}px`
  }
}

const shortened = (text: string): string => `+${text.split(' more ')[0] ?? ''}`

/**
 * The room between notes on one line of a plot, for the title of its axis, and whether the notes
 * must be short to leave some.
 */
export function roomBetween(
  left: string | null,
  right: string | null,
  width: number,
): { room: Interval; short: boolean } {
  const room = (shown: (text: string) => string): Interval => {
    const [before, after] = [left, right].map((text) => (text === null ? 0 : textWidth(shown(text)) + PADDING))
    return [LEFT + (before ?? 0), width - RIGHT - (after ?? 0)]
  }
  const long = room((text) => text)
  const short = long[1] - long[0] < LEAST_TITLE
  return { room: short ? room(shortened) : long, short }
}

/** A title stands in the middle of its axis, or as near to it as the room allows. */
export function titleRoom(axis: Interval, room: Interval, title: string): Interval {
  const half = textWidth(title) / 2
  const middle = (axis[0] + axis[1]) / 2
  const [first, last] = [Math.max(axis[0], room[0]), room[1]]
  const kept = Math.min(Math.max(middle, first + half), last - half)
  return kept - half >= first ? [kept - half - 1, kept + half + 1] : [first, last]
}

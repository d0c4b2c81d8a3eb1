/** Which rows of a long table are on screen, and which page of them to ask for. */

export const ROW_HEIGHT = 29

// Browsers stop laying out above some 16 million pixels; longer tables scroll in proportion.
const TALLEST = 8_000_000

export interface Visible {
  first: number
  count: number
  /** Where the first row is drawn, in pixels of the scrolled area. */
  top: number
}

/** The height of the scrolled area. */
export function scrolledHeight(total: number): number {
  return Math.min(TALLEST, total * ROW_HEIGHT)
}

/** The rows that a scroll position shows. */
export function visibleRows(total: number, scrollTop: number, height: number): Visible {
  const count = Math.min(total, Math.ceil(height / ROW_HEIGHT) + 1)
  const tall = total * ROW_HEIGHT
  if (tall <= TALLEST) {
    const first = Math.max(0, Math.min(total - count, Math.floor(scrollTop / ROW_HEIGHT)))
    return { first, count, top: first * ROW_HEIGHT }
  }
  const share = Math.min(1, scrollTop / Math.max(1, TALLEST - height))
  const first = Math.round(share * Math.max(0, total - Math.floor(height / ROW_HEIGHT)))
  return { first: Math.min(first, Math.max(0, total - count + 1)), count, top: scrollTop }
}

/** The scroll position that shows a row, given the present one. */
export function scrollTo(row: number, total: number, scrollTop: number, height: number): number {
  const room = Math.max(1, Math.floor(height / ROW_HEIGHT))
  if (total * ROW_HEIGHT <= TALLEST) {
    const top = row * ROW_HEIGHT
    if (top < scrollTop) return top
    return top + ROW_HEIGHT > scrollTop + height ? top + ROW_HEIGHT - height : scrollTop
  }
  const { first } = visibleRows(total, scrollTop, height)
  if (row >= first && row < first + room) return scrollTop
  const wanted = row < first ? row : row - room + 1
  return (wanted / Math.max(1, total - room)) * (TALLEST - height)
}

/** The page to ask for so that the rows shown and some around them are there; null if they are. */
export function pageFor(
  visible: Visible,
  total: number,
  loaded: { offset: number; length: number },
  limit: number,
): number | null {
  const last = Math.min(total, visible.first + visible.count)
  if (visible.first >= loaded.offset && last <= loaded.offset + loaded.length) return null
  const around = Math.max(0, Math.floor((limit - visible.count) / 2))
  return Math.max(0, Math.min(visible.first - around, Math.max(0, total - limit)))
}

/** The swatch of a selection: by the order they were made in, so that it stays when others come. */
const ORDER = [3, 4, 6, 5, 1, 2, 7]

export const selectionColour = (made: number): string =>
  `var(--cat-${String(ORDER[made % ORDER.length])})`

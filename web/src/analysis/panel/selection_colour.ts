/** The swatch of a selection: by the order they were made in, so that it stays when others come. */
const TOKENS = 6

export const selectionColour = (made: number): string => `var(--selection-${String((made % TOKENS) + 1)})`

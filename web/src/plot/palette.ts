/** The colours of a picture: read from the page's tokens, so that themes have one source. */
import type { Colour } from '../api/arrow'

export interface Palette {
  /** One colour for each colour group. */
  groups: string[]
  /** Colours of things that are no colour groups, such as several columns in one plot. */
  series: string[]
  ground: string
  grid: string
  accent: string
  card: string
  ink: string
  muted: string
}

/** Tokens of the categorical colours, without the grey of "other". */
const SERIES = [1, 3, 6, 5, 4, 2, 7].map((place) => `cat-${String(place)}`)

/** One blue ramp for classes of numbers, mixed in oklab; the strongest means the highest. */
const RAMP = {
  light: ['#a9cdf2', '#7fb2ea', '#5797df', '#357ccf', '#2162b6', '#174a93', '#0e326b'],
  dark: ['#264f86', '#3268ab', '#4482cc', '#5f9ee6', '#82b8f5', '#abd1fb', '#dcecfe'],
}

/** Tokens as read for the theme that the page has; asking the browser restyles the page. */
const known = { theme: '', tokens: new Map<string, string>() }

function tokensAt(element: Element): (name: string) => string {
  const theme = document.documentElement.dataset.theme ?? ''
  if (known.theme !== theme) {
    known.theme = theme
    known.tokens.clear()
  }
  let style: CSSStyleDeclaration | null = null
  return (name) => {
    const found = known.tokens.get(name)
    if (found !== undefined) return found
    style ??= getComputedStyle(element)
    const value = style.getPropertyValue(`--${name}`).trim()
    if (value !== '' && theme !== '') known.tokens.set(name, value)
    return value || '#808080'
  }
}

/** Reads the tokens that hold at `element`. */
export function readPalette(
  element: Element,
  colour: Colour | null,
  theme: 'light' | 'dark',
): Palette {
  const token = tokensAt(element)
  const muted = token('ink-3')
  return {
    groups: groupColours(colour, theme, token),
    series: SERIES.map(token),
    ground: token('ground'),
    grid: token('grid'),
    accent: token('accent'),
    card: token('card'),
    ink: token('ink'),
    muted,
  }
}

function groupColours(
  colour: Colour | null,
  theme: 'light' | 'dark',
  token: (name: string) => string,
): string[] {
  if (!colour) return [token('accent')]
  const ordered = colour.labels.filter((_, i) => !isAside(colour, i)).length
  return colour.labels.map((label, i) => {
    if (isAside(colour, i)) return token('ink-3')
    if (!isClasses(colour)) {
      if (colour.values[i] === null) return token('cat-8')
      // Two alone are blue and vermilion: blue and sky are too much alike to be told apart first.
      return token(colour.labels.length === 2 ? (SERIES[i] ?? 'cat-8') : `cat-${String((i % 8) + 1)}`)
    }
    const classes = Math.max(1, ordered || colour.labels.length)
    const place = classes === 1 ? 6 : Math.round((i / (classes - 1)) * 6)
    return RAMP[theme][Math.min(place, 6)] ?? token('accent')
  })
}

/** Whether the groups are classes of numbers, in order, and not values of their own. */
function isClasses(colour: Colour): boolean {
  return colour.kind === 'classes'
}

/** Whether a group stands beside the values: missing ones, and NaN beside classes of numbers. */
function isAside(colour: Colour, group: number): boolean {
  const values = colour.values[group]
  if (values === null) return colour.labels[group] === 'missing'
  return isClasses(colour) && values?.length === 1 && values[0] === 'nan'
}

export type Rgb = [number, number, number]

/** Red, green and blue (0 to 255) of `#rgb` or `#rrggbb`; grey when it is neither. */
export function parseColour(text: string): Rgb {
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text)
  if (long) return long.slice(1).map((part) => parseInt(part, 16)) as Rgb
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text)
  if (short) return short.slice(1).map((part) => parseInt(part + part, 16)) as Rgb
  return [128, 128, 128]
}

/** The names beside `Palette.groups`; one group without a name when there is no colour. */
export function groupLabels(colour: Colour | null): string[] {
  return colour ? colour.labels : ['']
}

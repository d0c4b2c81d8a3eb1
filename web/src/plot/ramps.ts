/** Colours for amounts: ramps between a few colours, and the ink that is read on them. */
import { parseColour, type Rgb } from './palette'

export type Ramp = readonly string[]
type Theme = 'light' | 'dark'

/** From nothing to everything, in the blue of the page. */
export const AMOUNTS: Record<Theme, Ramp> = {
  light: ['#edf2fb', '#cfdff6', '#a9cdf2', '#7fb2ea', '#5797df', '#357ccf', '#2162b6', '#174a93', '#0e326b'],
  dark: ['#1d2531', '#203352', '#264f86', '#3268ab', '#4482cc', '#5f9ee6', '#82b8f5', '#abd1fb', '#dcecfe'],
}

/** From -1 over nothing to 1: vermilion and blue, which all eyes tell apart. */
export const OPPOSITES: Record<Theme, Ramp> = {
  light: ['#9c3d00', '#d55e00', '#ee9a5f', '#f8d2b5', '#f1f3f6', '#c3d8f3', '#78aee6', '#2b76c9', '#123f85'],
  dark: ['#ffb98a', '#f6833a', '#b65a20', '#613619', '#242a33', '#213f66', '#2f69ad', '#5b9bff', '#b3d3ff'],
}

/** The scales a person can choose, from few to many. */
export const SCALES = {
  blues: (theme: Theme): Ramp => AMOUNTS[theme].slice(1),
  greys: (theme: Theme): Ramp => (theme === 'light' ? ['#e6e8ec', '#14171f'] : ['#2b313b', '#f0f2f6']),
  viridis: (): Ramp => ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'],
  cividis: (): Ramp => ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'],
  magma: (): Ramp => ['#000004', '#180f3d', '#440f76', '#721f81', '#9e2f7f', '#cd4071', '#f1605d', '#fd9668', '#feca8d', '#fcfdbf'],
} satisfies Record<string, (theme: Theme) => Ramp>

/** The colour of a share (0 to 1) of a ramp. */
export function colourAt(ramp: Ramp, share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (ramp.length - 1)
  const first = Math.min(Math.floor(place), ramp.length - 2)
  const [from, to] = [parseColour(ramp[first] ?? ''), parseColour(ramp[first + 1] ?? '')]
  return from.map((part, i) => Math.round(part + ((to[i] ?? 0) - part) * (place - first))) as Rgb
}

export function hexOf(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

const DARK: Rgb = [20, 23, 31]
const LIGHT: Rgb = [255, 255, 255]

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour: Rgb): string {
  return hexOf(contrast(colour, LIGHT) >= contrast(colour, DARK) ? LIGHT : DARK)
}

/** The contrast of two colours by WCAG 2: 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

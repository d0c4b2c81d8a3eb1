/** Makes SVG and HTML elements with their attributes, so that drawing code reads as a list. */

type Attributes = Record<string, string | number | null | undefined>

const SVG = 'http://www.w3.org/2000/svg'

/** Sets every attribute; null or undefined removes it. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) element.removeAttribute(name)
    else element.setAttribute(name, String(value))
  }
}

/** An SVG element, appended to `parent` when one is given. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  parent?: Element | null,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag)
  setAttributes(element, attributes)
  parent?.append(element)
  return element
}

/** An HTML element, appended to `parent` when one is given. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  parent?: Element | null,
  text?: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  if (text !== undefined) element.textContent = text
  parent?.append(element)
  return element
}

/** SVG text; what does not fit in `width` pixels is cut, and the whole stays as its tooltip. */
export function svgText(
  parent: Element,
  text: string,
  attributes: Attributes,
  width = Infinity,
): SVGTextElement {
  const element = svg('text', attributes, parent)
  const shown = truncate(text, width)
  element.textContent = shown
  if (shown !== text) svg('title', {}, element).textContent = text
  return element
}

let ruler: CanvasRenderingContext2D | null | undefined

/** The width of a label in pixels, at the 11 px of axes and legends. */
export function textWidth(text: string): number {
  if (ruler === undefined) {
    ruler = document.createElement('canvas').getContext('2d')
    if (ruler) ruler.font = "11px 'Inter Variable', system-ui, sans-serif"
  }
  return ruler ? ruler.measureText(text).width : text.length * 6.2
}

/** The text, or its beginning and an ellipsis that fit in `width` pixels. */
export function truncate(text: string, width: number): string {
  if (width === Infinity || textWidth(text) <= width) return text
  let kept = Math.max(0, Math.floor((text.length * width) / textWidth(text)))
  while (kept > 1 && textWidth(`${text.slice(0, kept)}…`) > width) kept -= 1
  return kept < 1 ? '' : `${text.slice(0, kept).trimEnd()}…`
}

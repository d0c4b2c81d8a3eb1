/**
 * Makes SVG and HTML elements with their attributes, so that drawing code reads as a list.
 *
 * Between `beginPicture` and `endPicture` elements of the picture before are used again where
 * tag and place agree: what is drawn as it was costs the browser no layout and no paint.
 */

export type Attributes = Record<string, string | number | null | undefined>

const SVG = 'http://www.w3.org/2000/svg'

/** Elements of pictures, each with its first child that is not drawn anew yet. */
const pictures = new WeakMap<Element, Element | null>()

/** Sets every attribute that differs; null or undefined removes it. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) element.removeAttribute(name)
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value))
  }
}

/** Begins a new picture in `root`: nothing of the one before counts as drawn. */
export function beginPicture(root: Element): void {
  pictures.set(root, root.firstElementChild)
}

/** Takes away what was not drawn anew since `beginPicture`. */
export function endPicture(root: Element): void {
  let left = pictures.get(root) ?? null
  while (left) {
    const next: Element | null = left.nextElementSibling
    left.remove()
    left = next
  }
  pictures.set(root, null)
  for (const child of root.children) endPicture(child)
}

/** An SVG element, appended to `parent` when one is given. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  parent?: Element | null,
): SVGElementTagNameMap[K] {
  const drawn = parent ? pictures.get(parent) : undefined
  if (parent && drawn?.tagName === tag) return again(parent, drawn as SVGElementTagNameMap[K], attributes)
  const element = document.createElementNS(SVG, tag)
  setAttributes(element, attributes)
  if (parent && drawn !== undefined) pictures.set(element, null)
  if (drawn) drawn.before(element)
  else parent?.append(element)
  return element
}

/** An element of the picture before, as if it were new. */
function again<E extends Element>(parent: Element, element: E, attributes: Attributes): E {
  pictures.set(parent, element.nextElementSibling)
  pictures.set(element, element.firstElementChild)
  for (const name of element.getAttributeNames()) {
    if (!(name in attributes)) element.removeAttribute(name)
  }
  setAttributes(element, attributes)
  return element
}

/** Sets an element's text, ahead of its children. */
export function setText(element: Element, text: string): void {
  const first = element.firstChild
  if (!(first instanceof Text)) element.prepend(text)
  else if (first.data !== text) first.data = text
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
  setText(element, shown)
  if (shown !== text) setText(svg('title', {}, element), text)
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

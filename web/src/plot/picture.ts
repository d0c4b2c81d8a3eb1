/** Saves a plot as it stands: one SVG with every style written into it, or the PNG of that. */
import { setAttributes, svg, svgText } from './elements'
import { fontFaces } from './fonts'
import type { Frame } from './frame'
import type { TableData } from '../widgets/widget'

const STYLES = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray',
  'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor',
  'paint-order', 'font-variant-numeric', 'visibility',
]
const HEAD = 46
const MARGIN = 12

/** The picture of a frame with its title above it. */
export async function pictureOf(
  frame: Frame,
  title: string,
  subtitle: string,
  format: 'png' | 'svg',
): Promise<Blob> {
  const { width, height } = frame
  const sheet = newSheet(frame.root, width, height, title, subtitle)
  if (frame.canvas.width > 1) {
    svg('image', {
      href: frame.canvas.toDataURL('image/png'), x: MARGIN, y: HEAD, width, height,
    }, sheet)
  }
  const drawing = styledCopy(frame.svg)
  setAttributes(drawing, { x: MARGIN, y: HEAD, width, height, 'aria-label': null, role: null })
  sheet.append(drawing)
  return finish(sheet, format)
}

/** A table drawn as a picture, for widgets that are tables. */
export async function pictureOfTable(
  element: Element,
  { columns, rows }: TableData,
  title: string,
  subtitle: string,
  format: 'png' | 'svg',
): Promise<Blob> {
  const cells = [columns, ...rows.map((row) => row.map((cell) => String(cell ?? '–')))]
  const widths = columns.map((_, column) =>
    Math.min(320, 24 + 6.6 * Math.max(...cells.map((row) => (row[column] ?? '').length))),
  )
  const width = Math.max(240, widths.reduce((a, b) => a + b, 0))
  const sheet = newSheet(element, width, cells.length * 22 + 8, title, subtitle)
  const style = getComputedStyle(element)
  for (const [line, row] of cells.entries()) {
    let x = MARGIN
    for (const [column, cell] of row.entries()) {
      const text = svg('text', {
        x, y: HEAD + 16 + line * 22, 'font-size': 12, 'font-weight': line === 0 ? 600 : 400,
        'font-family': style.fontFamily, fill: style.color,
      }, sheet)
      text.textContent = cell.length > 46 ? `${cell.slice(0, 45)}…` : cell
      x += widths[column] ?? 0
    }
  }
  return finish(sheet, format)
}

function newSheet(
  element: Element,
  width: number,
  height: number,
  title: string,
  subtitle: string,
): SVGSVGElement {
  const [w, h] = [width + 2 * MARGIN, height + HEAD + MARGIN]
  const style = getComputedStyle(element)
  const sheet = svg('svg', {
    xmlns: 'http://www.w3.org/2000/svg', width: w, height: h, viewBox: `0 0 ${String(w)} ${String(h)}`,
  })
  const card = style.getPropertyValue('--card').trim() || '#ffffff'
  svg('rect', { width: w, height: h, fill: card }, sheet)
  const font = { 'font-family': style.fontFamily || 'sans-serif', x: MARGIN }
  const name = svg('text', { ...font, y: 20, 'font-size': 13, 'font-weight': 600, fill: style.color }, sheet)
  name.textContent = title
  const muted = style.getPropertyValue('--ink-3').trim() || style.color
  svgText(sheet, subtitle, { ...font, y: 36, 'font-size': 11, fill: muted }, width)
  return sheet
}

/** A copy that needs no style sheet; parts that only serve the pointer are left out. */
function styledCopy(source: SVGSVGElement): SVGSVGElement {
  const copy = source.cloneNode(true) as SVGSVGElement
  const originals = source.querySelectorAll<SVGElement>('*')
  const copies = [...copy.querySelectorAll<SVGElement>('*')]
  originals.forEach((original, i) => {
    const style = getComputedStyle(original)
    const element = copies[i]
    if (!element) return
    for (const name of STYLES) {
      const value = style.getPropertyValue(name)
      if (value) element.style.setProperty(name, value)
    }
  })
  for (const unseen of copy.querySelectorAll('.plot-catch, .plot-handle-idle')) unseen.remove()
  return copy
}

async function finish(sheet: SVGSVGElement, format: 'png' | 'svg'): Promise<Blob> {
  const families = sheet.querySelector('text')?.getAttribute('font-family') ?? ''
  svg('style', {}, sheet).textContent = await fontFaces(families, sheet.textContent)
  const text = new XMLSerializer().serializeToString(sheet)
  const drawing = new Blob([text], { type: 'image/svg+xml;charset=utf-8' })
  return format === 'svg' ? drawing : rasterised(drawing, sheet)
}

async function rasterised(drawing: Blob, sheet: SVGSVGElement): Promise<Blob> {
  const address = URL.createObjectURL(drawing)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 2 * Number(sheet.getAttribute('width'))
    canvas.height = 2 * Number(sheet.getAttribute('height'))
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((done, fail) => {
      canvas.toBlob((blob) => {
        if (blob) done(blob)
        else fail(new Error('The browser could not make a PNG of this picture.'))
      }, 'image/png')
    })
  } finally {
    URL.revokeObjectURL(address)
  }
}

import { describe, expect, it } from 'vitest'
import { beginPicture, endPicture, setText, svg, svgText } from './elements'

/** A picture of a grid, some labels and a nested group, from a few numbers. */
function draw(root: Element, [lines = 0, labels = 0, nested = 0, shift = 0]: number[]): void {
  beginPicture(root)
  const group = svg('g', { class: 'grid' }, root)
  for (let i = 0; i < lines; i += 1) svg('line', { x1: i + shift, 'stroke-dasharray': i % 2 ? '2' : null }, group)
  for (let i = 0; i < labels; i += 1) {
    const text = svgText(group, `label ${String(i * shift)}`, { x: i })
    if ((i + shift) % 3 === 0) setText(svg('title', {}, text), `whole label ${String(i)}`)
  }
  if (nested) svg('path', { d: `M${String(shift)}` }, svg('g', {}, svg('svg', { x: nested }, root)))
  svg('rect', shift % 2 ? { fill: 'red' } : { width: 3 }, root)
  endPicture(root)
}

const fresh = (numbers: number[]): Element => {
  const root = svg('g')
  draw(root, numbers)
  return root
}

/** The same picture with its attributes in one order. */
function told(element: Element): unknown {
  const attributes = element.getAttributeNames().sort().map((name) => [name, element.getAttribute(name)])
  return [element.tagName, attributes, element.firstChild instanceof Text ? element.firstChild.data : null,
    [...element.children].map(told)]
}

describe('a picture', () => {
  it('is what it would be drawn afresh, whatever was drawn before', () => {
    const root = svg('g')
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    for (let round = 0; round < 300; round += 1) {
      const numbers = [random(5), random(4), random(2), random(6)]
      draw(root, numbers)
      expect(told(root)).toEqual(told(fresh(numbers)))
    }
  })

  it('leaves what is drawn as it was untouched', async () => {
    const root = svg('g')
    draw(root, [4, 3, 1, 2])
    const before = [...root.querySelectorAll('*')]
    const seen: MutationRecord[] = []
    const observer = new MutationObserver((records) => seen.push(...records))
    observer.observe(root, { attributes: true, childList: true, characterData: true, subtree: true })
    draw(root, [4, 3, 1, 2])
    await Promise.resolve()
    expect([...root.querySelectorAll('*')]).toEqual(before)
    expect(seen).toEqual([])
  })
})

import { expect, it } from 'vitest'
import { svg } from './elements'
import { onWheel } from './ground'
import { place } from './probe.testing'

it('a plot leaves a plain wheel to the page, until it has the focus', () => {
  const surface = svg('svg', {})
  place().append(surface)
  const area = svg('rect', { tabindex: 0 }, surface)
  let turned = 0
  onWheel(surface, () => { turned += 1 })
  const isTaken = (part: MouseEventInit = {}): boolean =>
    !area.dispatchEvent(new MouseEvent('wheel', { bubbles: true, cancelable: true, ...part }))
  expect([isTaken(), isTaken({ ctrlKey: true }), isTaken({ metaKey: true })]).toEqual([false, true, true])
  area.focus()
  expect(isTaken()).toBe(true)
  area.blur()
  expect(isTaken()).toBe(false)
  expect(turned).toBe(3)
})

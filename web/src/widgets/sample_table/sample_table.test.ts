import { describe, expect, it } from 'vitest'
import { inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import definition from './index'
import { pageFor, ROW_HEIGHT, scrolledHeight, scrollTo, visibleRows } from './rows'
import type { SampleTableSettings } from './view'

const SETTINGS: SampleTableSettings = { columns: [], sort: null, descending: false, offset: 0, limit: 100 }
const PAGE = measure({
  total: 3, offset: 0, sample: [4, 5, 6], ids: ['x1', 'x2', 'x3'], model: [null, null, null],
  columns: [
    { name: 'big', type: 'integer', values: ['9007199254740993', null, '1'] },
    { name: 'score', type: 'number', values: ['0.25', 'nan', '1.0'] },
    { name: 'tags', type: 'array', values: ['[1]', null, '[]'] },
  ],
})

function mounted(change: Partial<SampleTableSettings> = {}) {
  const { context, heard } = listening<SampleTableSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  Object.defineProperty(element.querySelector('.rows-body'), 'clientHeight', { value: 300 })
  view.update(inputOf({ ...SETTINGS, ...change }, { page: PAGE }))
  return { element, view, heard }
}

describe('a sample table', () => {
  it('shows every digit of an int64, and tells missing from NaN', () => {
    const text = mounted().element.textContent ?? ''
    expect(text.replaceAll('\u202f', '')).toContain('9007199254740993')
    expect(text).toContain('NaN')
    expect(text).toContain('–')
  })

  it('sorts up, then down, then in import order', () => {
    const next = [{}, { sort: 'score' }, { sort: 'score', descending: true }].map((change) => {
      const { element, heard } = mounted(change)
      element.querySelector<HTMLElement>('[data-sort=score]')?.click()
      expect(heard.transient).toEqual([{ offset: 0 }])
      return heard.settings[0]
    })
    expect(next).toEqual([
      { sort: 'score', descending: false }, { sort: 'score', descending: true }, { sort: null, descending: false },
    ])
  })

  it('offers no sorting by lists', () => {
    expect(mounted().element.querySelector('[data-sort=tags]')).toBeNull()
  })

  it('shows a sample in the page by keyboard, then its neighbours, and takes the focus back', () => {
    const { element, view, heard } = mounted()
    view.resize(400, 300)
    press(element.querySelector('[data-row="0"]'), 'ArrowDown')
    press(element.querySelector('[data-row="1"]'), 'Enter')
    heard.samples[0]?.go(2)
    const told = heard.samples.map((shown) => [shown?.sample, shown?.id, shown?.row, shown?.rows])
    expect(told).toEqual([[5, 'x2', 1, 3], [6, 'x3', 2, 3]])
    heard.samples[1]?.closed()
    expect(document.activeElement).toBe(element.querySelector('[data-row="2"]'))
  })

  it('shows the neighbour as soon as its page is there', () => {
    const { element, view, heard } = mounted()
    const page = (offset: number) => ({ page: { ...PAGE, meta: { ...PAGE.meta, total: 9, offset } } })
    view.update(inputOf(SETTINGS, page(0)))
    press(element.querySelector('[data-row="0"]'), 'Enter')
    heard.samples[0]?.go(4)
    expect(heard.samples).toHaveLength(1)
    view.update(inputOf(SETTINGS, page(3)))
    expect(heard.samples[1]).toMatchObject({ sample: 5, row: 4, rows: 9 })
  })

  it('takes its sample away when it goes', () => {
    const { element, view, heard } = mounted()
    press(element.querySelector('[data-row="0"]'), 'Enter')
    view.destroy()
    expect(heard.samples.at(-1)).toBeNull()
  })
})

describe('rows on screen', () => {
  it('are those under the scroll position', () => {
    expect(visibleRows(1000, 50 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 50, count: 11, top: 50 * ROW_HEIGHT })
    expect(visibleRows(3, 0, 290).count).toBe(3)
  })

  it('reach the last of a hundred million', () => {
    const total = 100_000_000
    const { first, count } = visibleRows(total, scrolledHeight(total), 290)
    expect(first + count).toBeGreaterThanOrEqual(total)
    for (const row of [0, 1, 12_345_678, total - 1]) {
      const top = scrollTo(row, total, 0, 290)
      const seen = visibleRows(total, top, 290)
      expect(row).toBeGreaterThanOrEqual(seen.first)
      expect(row).toBeLessThan(seen.first + seen.count)
    }
  })

  it('are asked for only when they are not there, with room around them', () => {
    const visible = { first: 500, count: 20, top: 0 }
    expect(pageFor(visible, 1000, { offset: 450, length: 100 }, 100)).toBeNull()
    expect(pageFor(visible, 1000, { offset: 0, length: 100 }, 100)).toBe(460)
    expect(pageFor({ first: 990, count: 20, top: 0 }, 1000, { offset: 0, length: 100 }, 100)).toBe(900)
    expect(pageFor({ first: 0, count: 0, top: 0 }, 0, { offset: 0, length: 0 }, 100)).toBeNull()
  })
})

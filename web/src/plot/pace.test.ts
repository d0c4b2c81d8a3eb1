import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pace } from './pace'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function drawing() {
  const drawn: string[] = []
  const pace = new Pace(() => { draw() })
  const draw = (): void => { drawn.push(pace.isDraft() ? 'draft' : 'whole') }
  return { drawn, draw, pace }
}

describe('the pace of pictures', () => {
  it('makes drafts of pictures in a row, and a whole one when they rest', () => {
    const { drawn, draw } = drawing()
    for (let move = 0; move < 4; move += 1) {
      draw()
      vi.advanceTimersByTime(40)
    }
    expect(drawn).toEqual(['whole', 'draft', 'draft', 'draft'])
    vi.advanceTimersByTime(10_000)
    expect(drawn).toEqual(['whole', 'draft', 'draft', 'draft', 'whole'])
  })

  it('leaves pictures that come one by one whole', () => {
    const { drawn, draw } = drawing()
    draw()
    vi.advanceTimersByTime(1000)
    draw()
    vi.advanceTimersByTime(10_000)
    expect(drawn).toEqual(['whole', 'whole'])
  })

  it('draws nothing once it is stopped', () => {
    const { drawn, draw, pace } = drawing()
    draw()
    draw()
    pace.stop()
    vi.advanceTimersByTime(10_000)
    expect(drawn).toHaveLength(2)
  })
})

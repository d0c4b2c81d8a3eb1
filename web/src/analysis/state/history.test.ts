import { describe, expect, it } from 'vitest'
import { commit, move, redo, settle, startHistory, underlay, undo } from './history'
import { random } from './random.testing'

describe('undo and redo', () => {
  it('walk the same way back and forth, however many steps were made', () => {
    const next = random(11)
    for (let round = 0; round < 100; round += 1) {
      let history = startHistory(0)
      const shown = [0]
      for (let step = 1; step <= 1 + next(40); step += 1) {
        for (let drag = next(4); drag > 0; drag -= 1) history = move(history, -drag)
        history = commit(history, step)
        shown.push(step)
      }
      for (const expected of shown.toReversed().slice(1)) {
        history = undo(history)
        expect(history.present).toBe(expected)
      }
      expect(undo(history).present).toBe(0)
      for (const expected of shown.slice(1)) {
        history = redo(history)
        expect(history.present).toBe(expected)
      }
    }
  })

  it('what a page starts with is in every step, though it came after them', () => {
    let history = commit(commit(startHistory(['a']), ['a', 'b']), ['a', 'b', 'c'])
    history = underlay(move(undo(history), ['a', 'x']), (shown) => ['start', ...shown])
    expect(history.present).toEqual(['start', 'a', 'x'])
    history = undo(history)
    expect(history.present).toEqual(['start', 'a', 'b'])
    history = undo(history)
    expect(history.present).toEqual(['start', 'a'])
    expect(history.past).toEqual([])
    expect(redo(history).present).toEqual(['start', 'a', 'b'])
  })

  it('a drag of many moves is one step', () => {
    let history = startHistory('start')
    for (const at of ['a', 'b', 'c']) history = move(history, at)
    history = commit(history, 'end')
    expect(undo(history).present).toBe('start')
  })

  it('a drag that comes back to its start leaves no step', () => {
    const history = commit(move(startHistory('start'), 'away'), 'start')
    expect(history.past).toEqual([])
  })

  it('undo in the middle of a drag takes the drag back', () => {
    expect(undo(move(startHistory('start'), 'away')).present).toBe('start')
  })

  it('a drag left open is one step once settled', () => {
    const history = settle(move(move(startHistory('start'), 'a'), 'b'))
    expect([history.past, history.present]).toEqual([['start'], 'b'])
  })

  it('a new step ends what could be done again', () => {
    const history = commit(undo(commit(startHistory(1), 2)), 3)
    expect(redo(history).present).toBe(3)
  })

  it('keeps the last hundred steps', () => {
    let history = startHistory(0)
    for (let step = 1; step <= 150; step += 1) history = commit(history, step)
    for (let step = 0; step < 200; step += 1) history = undo(history)
    expect(history.present).toBe(50)
  })
})

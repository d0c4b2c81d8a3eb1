import { expect, test } from 'vitest'
import { EventText } from './eventText'

const stream =
  'retry: 1000\n: connected\n\nid: 1\nevent: import\ndata: {"a":"é"}\n\n: still here\n\nevent: resync\ndata: {}\n\n'

test('events come out whole however the stream is cut', () => {
  for (let size = 1; size <= stream.length; size++) {
    const text = new EventText()
    const found = []
    for (let at = 0; at < stream.length; at += size) found.push(...text.push(stream.slice(at, at + size)))
    expect(found).toEqual([
      { event: 'import', data: '{"a":"é"}' },
      { event: 'resync', data: '{}' },
    ])
  }
})

test('comments and the retry line are no events', () => {
  expect(new EventText().push('retry: 1000\n: connected\n\n')).toEqual([])
})

import { expect, it } from 'vitest'
import { namesIn, quoted } from './expression'

it('writes names as the server reads them', () => {
  const names = ['speed', 'größe', '_x1', '1st', 'odd ]name', 'and', 'NaN', 'a.b']
  expect(names.map(quoted)).toEqual([
    'speed',
    'größe',
    '_x1',
    '[1st]',
    '[odd ]]name]',
    '[and]',
    '[NaN]',
    '[a.b]',
  ])
})

it('names a result once, and apart from a column of the samples', () => {
  const columns = [
    { name: 'x' },
    { name: 'y', model: null },
    { name: 'x', model: 'one' },
    { name: 'z', model: 'one' },
    { name: 'z', model: 'two' },
  ]
  expect(namesIn(columns)).toEqual([
    { name: 'x', isResult: false },
    { name: 'y', isResult: false },
    { name: 'x (result)', isResult: true },
    { name: 'z', isResult: true },
  ])
})

import { expect, it } from 'vitest'
import { inWords, numberType } from './tags'

it('keeps whole numbers whole, however large, and knows what is no number', () => {
  const texts = ['12', '-9007199254740993', '1.5', '1e3', ' 7 ', '', 'one', 'inf']
  expect(texts.map(numberType)).toEqual([
    'integer', 'integer', 'number', 'number', 'integer', null, null, null,
  ])
})

it('says what was given and what was taken', () => {
  const one = { id: 'a', column: 'c', value: 'x', n_samples: 2, n_had: 0, rule: {}, at: '', author: '' }
  expect(inWords(one)).toBe('“x” to 2 samples')
  expect(inWords({ ...one, value: null, n_samples: 1 })).toBe('taken from 1 sample')
})

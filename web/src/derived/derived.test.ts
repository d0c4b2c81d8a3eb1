import { expect, test } from 'vitest'
import { derivedOf, type Derived } from './derived'

const column = (name: string, isResult: boolean) => ({ name, is_result: isResult }) as Derived
const all = [column('b', true), column('a.b', true), column('late', false)]

test.each([
  ['a result of a model with a dot in its name', { name: 'v1.a.b', result: 'b' }, all[0]],
  ['a result with a dot in its name', { name: 'v1.a.b', result: 'a.b' }, all[1]],
  ['a result beside a column of its name', { name: 'b (result)', result: 'b' }, all[0]],
  ['a column of the samples that is called like a result', { name: 'b', result: null }, undefined],
  ['a column of the samples that ends like a result', { name: 'x.b' }, undefined],
  ['a result that is called like a column', { name: 'm.late', result: 'late' }, undefined],
  ['a column of the samples', { name: 'late' }, all[2]],
])('%s is found exactly', (_what, listed, found) => {
  expect(derivedOf(all, listed)).toBe(found)
})

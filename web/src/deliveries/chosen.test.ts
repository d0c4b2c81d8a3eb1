import { expect, test } from 'vitest'
import { nextTick, ref } from 'vue'
import { useChosen } from './chosen'
import type { StateGroup } from './filters'
import { delivery } from './state.test-data'

const STATES = ['pending', 'dead', 'dead', 'delivered', 'retry'] as const
const COUNTS = {
  as_of: '2026-11-22T12:00:00.000Z', total: 1003,
  states: { pending: 0, running: 0, retry: 2, delivered: 1000, dead: 1, cancelled: 0 },
}

function list(group: StateGroup = 'all') {
  const rows = ref(STATES.map((state, n) => delivery({ id: `d${n}`, state })))
  return { rows, chosen: useChosen({ rows, group, counts: COUNTS }) }
}

test('shift takes all between the last one pressed and this one, in both directions', () => {
  const { chosen } = list()
  chosen.choose('d1', true, false)
  chosen.choose('d3', true, true)
  expect([...chosen.ids.value]).toEqual(['d1', 'd2', 'd3'])
  chosen.choose('d2', false, true)
  expect([...chosen.ids.value]).toEqual(['d1'])
})

test('each action is told for how many of the chosen ones it is', () => {
  const { chosen } = list()
  chosen.chooseShown(true)
  expect(['retry', 'resend', 'cancel'].map((one) => chosen.suited(one as 'retry'))).toEqual([3, 1, 2])
  expect(chosen.idsFor('cancel')).toEqual(['d0', 'd4'])
})

test('all that match are those of the states that are shown', () => {
  const { chosen } = list('dead')
  chosen.all.value = true
  expect([chosen.n.value, chosen.suited('retry'), chosen.suited('resend')]).toEqual([1, 1, 0])
  const every = list().chosen
  every.all.value = true
  expect([every.n.value, every.suited('resend')]).toEqual([1003, 1000])
})

test('one that left the list is chosen no more', async () => {
  const { rows, chosen } = list()
  chosen.chooseShown(true)
  rows.value = rows.value.slice(0, 2)
  await nextTick()
  expect(chosen.n.value).toBe(2)
})

import { expect, test } from 'vitest'
import { ago, bytes, count, counted, duration, figure, percent } from './figures'

const thin = (text: string) => text.replaceAll('_', '\u202f')

test('counts are grouped by three with thin spaces', () => {
  expect(count(0)).toBe('0')
  expect(count(999)).toBe('999')
  expect(count(18243)).toBe(thin('18_243'))
  expect(count(100_000_000)).toBe(thin('100_000_000'))
  expect(count(-1234)).toBe(thin('\u22121_234'))
  expect(counted(1, 'sample')).toBe('1 sample')
  expect(counted(0, 'sample')).toBe('0 samples')
})

test('a share is 0 or 100 only when it is exactly that', () => {
  expect(percent(0, 10)).toBe(thin('0_%'))
  expect(percent(10, 10)).toBe(thin('100_%'))
  expect(percent(1, 1_000_000)).toBe(thin('<_0.1_%'))
  expect(percent(999_999, 1_000_000)).toBe(thin('>_99.9_%'))
  expect(percent(18_243, 150_000)).toBe(thin('12.2_%'))
  expect(percent(0, 0)).toBe(thin('0_%'))
})

test('figures keep their whole part and tell the special values apart', () => {
  expect(figure(336_776.4)).toBe(thin('336_776'))
  expect(figure(0.0045641)).toBe('0.004564')
  expect(figure(-43)).toBe('\u221243')
  expect(figure(1.2e15)).toBe('1.200e15')
  expect(figure(1e-7)).toBe('1.000e\u22127')
  expect([figure(NaN), figure(Infinity), figure(-Infinity), figure(null)]).toEqual(['NaN', '∞', '−∞', '–'])
})

test('sizes change the unit before they need a fourth digit', () => {
  expect([bytes(0), bytes(999), bytes(1536), bytes(999_999), bytes(10_300_000)]).toEqual([
    '0 B', '999 B', '1.54 kB', '1 MB', '10.3 MB',
  ])
})

test('times are told from now, in both directions', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(ago('2026-11-22T11:59:58Z', now)).toBe('just now')
  expect(ago('2026-11-22T12:00:02Z', now)).toBe('in a moment')
  expect(ago('2026-11-22T11:57:00Z', now)).toBe('3 minutes ago')
  expect(ago('2026-11-22T14:00:00Z', now)).toBe('in 2 hours')
  expect(ago('2026-11-21T12:00:00Z', now)).toBe('yesterday')
  expect(ago(null, now)).toBe('–')
})

test('durations name at most two units', () => {
  expect([duration(12), duration(1400), duration(200_000), duration(7_500_000)]).toEqual([
    '12 ms', '1.4 s', '3 min 20 s', '2 h 5 min',
  ])
})

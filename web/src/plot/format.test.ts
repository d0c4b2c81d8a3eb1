import { expect, it } from 'vitest'
import { decimalsOf, displayText, formatCount, formatNumber, formatShare, formatTick, formatTimeTick, groupDigits } from './format'

const plain = (text: string): string => text.replaceAll('\u202f', ' ')

it('groups the digits of an int64 without rounding it', () => {
  expect(plain(groupDigits('-9007199254740993'))).toBe('−9 007 199 254 740 993')
  expect(groupDigits('2013')).toBe('2013')
  expect(groupDigits('not a number')).toBe('not a number')
})

it('writes counts with thin spaces', () => {
  expect(plain(formatCount(18243))).toBe('18 243')
})

it('tells NaN and the infinities apart', () => {
  expect(['nan', 'inf', '-inf'].map((text) => displayText(text, 'number'))).toEqual(['NaN', '∞', '−∞'])
  expect(displayText(null, 'number')).toBe('–')
  expect(displayText('', 'text')).toBe('')
})

it('keeps the digits that matter', () => {
  expect(formatNumber(0.123456)).toBe('0.1235')
  expect(formatNumber(0.000123456)).toBe('0.0001235')
  expect(plain(formatNumber(12345.678))).toBe('12 346')
  expect(formatNumber(1e20)).toBe('1e+20')
  expect(formatNumber(0)).toBe('0')
})

it('writes ticks as exactly as their step', () => {
  expect([0, 0.05, 0.1].map((at) => formatTick(at, 0.05, 0.1))).toEqual(['0.00', '0.05', '0.10'])
  expect([0, 2000, 10000].map((at) => formatTick(at, 2000, 10000))).toEqual(['0', '2k', '10k'])
  expect(formatTick(2500000, 500000, 2500000)).toBe('2.5M')
  expect(decimalsOf(0.25)).toBe(2)
})

it('names the part of a time that changes', () => {
  const noon = Date.UTC(2013, 0, 2, 12, 30) * 1000
  expect(formatTimeTick(noon, 18e8)).toBe('12:30')
  expect(formatTimeTick(noon, 864e8)).toBe('2 Jan')
  expect(formatTimeTick(Date.UTC(2013, 0, 1) * 1000, 30 * 864e8)).toBe('2013')
})

it('never claims a share of nothing', () => {
  expect(formatShare(0, 0)).toBe('–')
  expect(plain(formatShare(18243, 150000))).toBe('12.2 %')
})

it('calls nothing but the whole 100 %, and nothing but nothing 0 %', () => {
  const shares = [[0, 9], [1, 9000], [8999, 9000], [9, 9]] as const
  expect(shares.map(([part, whole]) => plain(formatShare(part, whole)))).toEqual(['0 %', '< 0.1 %', '> 99.9 %', '100 %'])
})

import { expect, it } from 'vitest'
import { mixDensity } from './density'
import type { Rgb } from './palette'

const RED: Rgb = [200, 0, 0]
const BLUE: Rgb = [0, 0, 200]
const GREEN: Rgb = [0, 160, 0]
const GREY: Rgb = [90, 90, 90]

const pixel = (pixels: Uint8ClampedArray, index: number): number[] => [...pixels.slice(index * 4, index * 4 + 4)]

it('takes colours of the legend alone, each as often as its share of the rows', () => {
  const cells = 30 * 20
  const counts = Uint32Array.from({ length: 3 * cells }, (_, i) => [6, 3, 1][Math.floor(i / cells)] ?? 0)
  const all = new Uint32Array(cells).fill(10)
  const pixels = mixDensity({ counts, all, width: 30, height: 20, groups: 3 }, [RED, BLUE, GREEN], GREY)
  const seen = Array.from({ length: cells }, (_, cell) => pixel(pixels, cell).slice(0, 3).join())
  const shares = [RED, BLUE, GREEN].map((colour) => seen.filter((one) => one === colour.join()).length / cells)
  expect(shares.map((share) => Math.round(share * 50) / 50)).toEqual([0.6, 0.3, 0.1])
})

it('gives a cell of one colour that colour, whichever it is', () => {
  const counts = Uint32Array.of(5, 0, 0, 0, 2, 0, 0, 0, 9)
  const pixels = mixDensity(
    { counts, all: Uint32Array.of(5, 2, 9), width: 3, height: 1, groups: 3 }, [RED, BLUE, GREEN], GREY,
  )
  expect([0, 1, 2].map((i) => pixel(pixels, i).slice(0, 3))).toEqual([RED, BLUE, GREEN])
})

it('draws the lowest y at the bottom', () => {
  const pixels = mixDensity(
    { counts: Uint32Array.of(1, 0), all: Uint32Array.of(1, 0), width: 1, height: 2, groups: 1 },
    [RED], GREY,
  )
  expect(pixel(pixels, 0)).toEqual([0, 0, 0, 0])
  expect(pixel(pixels, 1).slice(0, 3)).toEqual(RED)
})

it('is denser where more rows are, and shows a single row', () => {
  const counts = Uint32Array.of(1, 10, 1000)
  const pixels = mixDensity({ counts, all: counts, width: 3, height: 1, groups: 1 }, [RED], GREY)
  const [one = 0, ten = 0, many = 0] = [0, 1, 2].map((i) => pixel(pixels, i)[3])
  expect(one).toBeGreaterThan(60)
  expect(ten).toBeGreaterThan(one)
  expect(many).toBeGreaterThan(ten)
})

it('leaves rows that are not selected as grey ground', () => {
  const pixels = mixDensity(
    { counts: Uint32Array.of(0), all: Uint32Array.of(7), width: 1, height: 1, groups: 1 }, [RED], GREY,
  )
  expect(pixel(pixels, 0).slice(0, 3)).toEqual(GREY)
})

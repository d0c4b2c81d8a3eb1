import { expect, it } from 'vitest'
import { mixDensity } from './density'
import type { Rgb } from './palette'

const RED: Rgb = [200, 0, 0]
const BLUE: Rgb = [0, 0, 200]
const GREY: Rgb = [90, 90, 90]

const pixel = (pixels: Uint8ClampedArray, index: number): number[] => [...pixels.slice(index * 4, index * 4 + 4)]

it('mixes colours by their counts, so that none hides another', () => {
  const pixels = mixDensity(
    { counts: Uint32Array.of(3, 1), all: Uint32Array.of(4), width: 1, height: 1, groups: 2 },
    [RED, BLUE], GREY,
  )
  expect(pixel(pixels, 0).slice(0, 3)).toEqual([150, 0, 50])
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

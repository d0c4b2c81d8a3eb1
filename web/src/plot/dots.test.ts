import { describe, expect, it } from 'vitest'
import { stampDot, stampOf, type Pixels } from './dots'

const paper = (): Pixels => ({ data: new Uint8ClampedArray(20 * 20 * 4), width: 20, height: 20 })

const pixel = ({ data, width }: Pixels, x: number, y: number): number[] =>
  [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)]

describe('dots', () => {
  it('cover as much as a disc of their radius', () => {
    for (const radius of [1, 1.5, 3, 7.3]) {
      for (const { share } of stampOf(radius)) {
        const covered = share.reduce((sum, one) => sum + one, 0)
        expect(covered / (Math.PI * radius ** 2)).toBeGreaterThan(0.93)
        expect(covered / (Math.PI * radius ** 2)).toBeLessThan(1.2)
      }
    }
  })

  it('are solid in the middle and leave what is far away', () => {
    const pixels = paper()
    stampDot(pixels, stampOf(3), 10.2, 9.7, [200, 100, 50], 1)
    expect(pixel(pixels, 10, 9)).toEqual([200, 100, 50, 255])
    expect(pixel(pixels, 15, 9)[3]).toBe(0)
  })

  it('let what is below shine through by their opacity', () => {
    const pixels = paper()
    stampDot(pixels, stampOf(3), 10.5, 10.5, [0, 0, 0], 1)
    stampDot(pixels, stampOf(3), 10.5, 10.5, [200, 100, 0], 0.5)
    expect(pixel(pixels, 10, 10)).toEqual([100, 50, 0, 255])
  })

  it('are cut at the edge of the paper, not wrapped around it', () => {
    const pixels = paper()
    stampDot(pixels, stampOf(4), 0.1, 10, [9, 9, 9], 1)
    stampDot(pixels, stampOf(4), -50, 30, [9, 9, 9], 1)
    expect(pixel(pixels, 0, 10)[3]).toBe(255)
    for (let y = 0; y < 20; y += 1) expect(pixel(pixels, 19, y)[3]).toBe(0)
  })
})

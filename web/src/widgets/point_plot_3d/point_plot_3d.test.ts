import { PerspectiveCamera, Vector3 } from 'three'
import { describe, expect, it, vi } from 'vitest'
import type { Colour } from '../../api/arrow'
import { axis, inputOf, listening, measure, place, untilTheEnd } from '../../plot/probe.testing'
import { coloursOf, positionsOf, type CloudSettings, type Place } from './cloud'
import definition from './index'
import { edgesOf, moved, Sight, START } from './orbit'
import { aim } from './scene'

const SETTINGS: CloudSettings = { x: 'a', y: 'b', z: 'c', opacity: 0.7, size_px: 4, limit: 2 }
const COLOUR: Colour = {
  column: 'k', type: 'text', kind: 'values', labels: ['u', 'v'], values: [['u'], ['v']], counts: [1, 1],
}

const answer = (meta = {}) => measure(
  { x: axis('a'), y: axis('b'), z: axis('c'), selected: 9, inside: 7, sampled: 2, models: [], ...meta },
  {
    x: [Float64Array.of(0, 10), [2]], y: [Float64Array.of(5, 10), [2]], z: [Float64Array.of(10, 0), [2]],
    colour: [Uint8Array.of(0, 1), [2]], sample: [Uint32Array.of(4, 5), [2]], model: [Uint8Array.of(0, 0), [2]],
  },
)

function mounted(meta = {}) {
  const { context } = listening<CloudSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(500, 400)
  view.update(inputOf(SETTINGS, { cloud: answer(meta) }, { colour: COLOUR }))
  return { element, view }
}

describe('a 3D point plot', () => {
  it('says that WebGL is missing where it is, and keeps figures and table', async () => {
    const { element, view } = mounted()
    await vi.waitFor(() => {
      expect(element.querySelector('.plot-empty')?.textContent).toBe('3D needs WebGL, which this browser does not offer.')
    })
    expect(element.querySelector('[role=application]')?.getAttribute('visibility')).toBe('hidden')
    expect(view.summary()).toBe('c by a and b · a sample of 2 of 7 rows · 2 without a place')
    expect(view.table()).toEqual({ columns: ['a', 'b', 'c', 'k'], rows: [['0', '5', '10', 'u'], ['10', '10', '0', 'v']] })
  })

  it('speaks of no sample when every row is drawn', () => {
    expect(mounted({ inside: 2, selected: 2 }).view.summary()).toBe('c by a and b · 2 rows')
  })

  it('names the columns of its points until there are others', () => {
    const { view } = mounted()
    const before = view.summary()
    view.update(inputOf({ ...SETTINGS, x: 'd', y: 'e', z: 'f' }, { cloud: answer() }, { colour: COLOUR }))
    expect(view.summary()).toBe(before)
  })

  it('leaves a plain wheel to the page, which can be scrolled over it', () => {
    const view = mounted().element.querySelector('[role=application]')
    expect(view?.dispatchEvent(new MouseEvent('wheel', { bubbles: true, cancelable: true }))).toBe(true)
  })

  it('places z upwards and y away from who looks, in the colours of the groups', () => {
    expect([...positionsOf(answer())]).toEqual([-1, 1, -0, 1, -1, -1])
    expect([...coloursOf(answer(), ['#ff0000', '#0000ff'], '')]).toEqual([1, 0, 0, 0, 0, 1])
  })

  it('writes axes where the camera sees their edges', () => {
    const camera = new PerspectiveCamera()
    for (const orbit of [START, { turn: 200, tilt: -40, zoom: 1.7 }, { turn: 91, tilt: 88, zoom: 0.6 }]) {
      aim(camera, orbit, 600, 300)
      for (const corner of [[1, 1, 1], [-1, 0.3, 1], [0, -1, -0.5]] as Place[]) {
        const projected = new Vector3(...corner).project(camera)
        const found = new Sight(orbit, 600, 300).see(corner)
        expect(found.x).toBeCloseTo((projected.x + 1) * 300, 3)
        expect(found.y).toBeCloseTo((1 - projected.y) * 150, 3)
      }
    }
  })

  it('finds the point under the pointer, the front one of those at one place', () => {
    const sight = new Sight({ turn: 0, tilt: 0, zoom: 1 }, 600, 300)
    const behind = Float32Array.of(0, 0, -1, 0, 0, 1, 0, 0, 0, 1, 1, 0)
    expect(sight.nearest(behind, { x: 300, y: 150 }, 6)).toBe(1)
    const { x, y } = sight.see([1, 1, 0])
    expect(sight.nearest(behind, { x: x + 3, y: y - 4 }, 6)).toBe(3)
    expect(sight.nearest(behind, { x: x + 6, y: y - 4 }, 6)).toBe(-1)
  })

  it('works an orbit out once for all of its points', () => {
    const places = Float32Array.from({ length: 3 * 10_000 }, (_, i) => Math.sin(i))
    const counted = [vi.spyOn(Math, 'sin'), vi.spyOn(Math, 'cos')]
    new Sight(START, 600, 300).nearest(places, { x: 300, y: 150 }, 6)
    expect(counted.flatMap(({ mock }) => mock.calls).length).toBeLessThan(20)
    counted.forEach((one) => { one.mockRestore() })
  })

  it('turns all the way round, but never onto its head', () => {
    expect(moved(START, -40, 0).turn).toBe(352)
    expect(moved(START, 0, 500).tilt).toBe(88)
    expect(moved(START, 0, 0, 100).zoom).toBe(8)
  })

  it('keeps the axes on edges that are not behind the points', () => {
    for (let turn = 0; turn < 360; turn += 15) {
      const { back, x, y } = edgesOf({ turn, tilt: 20, zoom: 1 })
      expect(x[0][2]).toBe(-back[2])
      expect(y[0][0]).toBe(-back[0])
    }
  })
})

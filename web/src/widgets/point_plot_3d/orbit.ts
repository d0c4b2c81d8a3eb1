/** From where the cube is looked at, and where its edges and places are seen. */
import type { Point } from '../../plot/drag'
import type { Place } from './cloud'

export interface Orbit {
  /** Degrees around the vertical axis, and above the floor. */
  turn: number
  tilt: number
  /** 1 shows the whole cube; larger is nearer. */
  zoom: number
}

export const START: Orbit = { turn: 32, tilt: 22, zoom: 1 }

/** An orbit after a step; the cube never stands on its head. */
export function moved(orbit: Orbit, turn: number, tilt: number, zoom = 1): Orbit {
  return {
    turn: (((orbit.turn + turn) % 360) + 360) % 360,
    tilt: Math.max(-88, Math.min(88, orbit.tilt + tilt)),
    zoom: Math.max(0.5, Math.min(8, orbit.zoom * zoom)),
  }
}

/** The eye's direction from the middle of the cube. */
export function eyeOf({ turn, tilt }: Orbit): Place {
  const [a, b] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180]
  return [Math.sin(a) * Math.cos(b), Math.sin(b), Math.cos(a) * Math.cos(b)]
}

export interface Seen {
  x: number
  y: number
  /** How far in front of the middle of the cube, as a share of the way to the eye. */
  near: number
}

// Cubes are 2 wide; the eye is so many units away, so that near edges are a little larger.
export const DISTANCE = 7
/** Units seen from the middle to the upper or lower end of the picture, at zoom 1. */
export const HALF_HEIGHT = 1.9

/** An orbit in a picture of some size, worked out once for any number of places. */
export class Sight {
  private readonly eye: Place
  private readonly right: Place
  private readonly up: Place
  private readonly unit: number

  constructor(orbit: Orbit, private readonly width: number, private readonly height: number) {
    const [a, b] = [(orbit.turn * Math.PI) / 180, (orbit.tilt * Math.PI) / 180]
    this.eye = eyeOf(orbit)
    this.right = [Math.cos(a), 0, -Math.sin(a)]
    this.up = [-Math.sin(a) * Math.sin(b), Math.cos(b), -Math.cos(a) * Math.sin(b)]
    this.unit = unitOf(width, height) * orbit.zoom * DISTANCE
  }

  /** Where a place of the room is seen; agrees with the camera of the scene. */
  see([x, y, z]: Place): Seen {
    const depth = this.depthOf(x, y, z)
    const unit = this.unit / Math.max(depth, 0.1)
    return {
      x: this.width / 2 + along(this.right, x, y, z) * unit,
      y: this.height / 2 - along(this.up, x, y, z) * unit,
      near: 1 - depth / DISTANCE,
    }
  }

  /**
   * Which of many places, three numbers each, is seen nearest to a pixel: the front one of equals,
   * -1 when none is within so many pixels.
   */
  nearest(places: Float32Array, at: Point, pixels: number): number {
    let [best, least, front] = [-1, pixels ** 2, Infinity]
    for (let i = 0; i < places.length; i += 3) {
      const [x, y, z] = [places[i] as number, places[i + 1] as number, places[i + 2] as number]
      const depth = this.depthOf(x, y, z)
      const unit = this.unit / Math.max(depth, 0.1)
      const across = this.width / 2 + along(this.right, x, y, z) * unit - at.x
      const down = this.height / 2 - along(this.up, x, y, z) * unit - at.y
      const far = across * across + down * down
      if (far > least || (far === least && depth > front)) continue
      ;[best, least, front] = [i / 3, far, depth]
    }
    return best
  }

  private depthOf(x: number, y: number, z: number): number {
    return DISTANCE - along(this.eye, x, y, z)
  }
}

function along(direction: Place, x: number, y: number, z: number): number {
  return direction[0] * x + direction[1] * y + direction[2] * z
}

/** Pixels of one unit at the middle of the cube, at zoom 1. */
export function unitOf(width: number, height: number): number {
  return Math.min(height, width * 0.92) / (2 * HALF_HEIGHT)
}

export interface Edges {
  /** The walls away from the eye: -1 or 1 along the room's first, second and third axis. */
  back: Place
  /** The ends of the edges that carry the axes. */
  x: [Place, Place]
  y: [Place, Place]
  z: [Place, Place]
}

/** The edges on the outline of the cube, which carry the axes. */
export function edgesOf(orbit: Orbit): Edges {
  const [ex, ey, ez] = eyeOf(orbit)
  const [sx, sy, sz] = [ex, ey, ez].map((part) => (part < 0 ? -1 : 1)) as Place
  // The vertical edge that is seen at the left.
  const corners: [number, number][] = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
  const sight = new Sight(orbit, 400, 400)
  const [left = [-1, 1]] = corners.sort((p, q) => sight.see([p[0], 0, p[1]]).x - sight.see([q[0], 0, q[1]]).x)
  const floor = -sy || -1
  return {
    back: [-sx, floor, -sz],
    x: [[-1, floor, sz], [1, floor, sz]],
    y: [[sx, floor, 1], [sx, floor, -1]],
    z: [[left[0], -1, left[1]], [left[0], 1, left[1]]],
  }
}

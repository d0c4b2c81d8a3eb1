/** From where the cube is looked at, and where its edges and places are seen. */
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

/** Where a place of the room is seen in a picture of some size; agrees with the camera of the scene. */
export function seen(place: Place, orbit: Orbit, width: number, height: number): Seen {
  const [ex, ey, ez] = eyeOf(orbit)
  const [a, b] = [(orbit.turn * Math.PI) / 180, (orbit.tilt * Math.PI) / 180]
  const right: Place = [Math.cos(a), 0, -Math.sin(a)]
  const up: Place = [-Math.sin(a) * Math.sin(b), Math.cos(b), -Math.cos(a) * Math.sin(b)]
  const dot = (p: Place): number => p[0] * place[0] + p[1] * place[1] + p[2] * place[2]
  const depth = DISTANCE - dot([ex, ey, ez])
  const unit = (unitOf(width, height) * orbit.zoom * DISTANCE) / Math.max(depth, 0.1)
  return { x: width / 2 + dot(right) * unit, y: height / 2 - dot(up) * unit, near: 1 - depth / DISTANCE }
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
  const [left = [-1, 1]] = corners.sort((p, q) =>
    seen([p[0], 0, p[1]], orbit, 400, 400).x - seen([q[0], 0, q[1]], orbit, 400, 400).x)
  const floor = -sy || -1
  return {
    back: [-sx, floor, -sz],
    x: [[-1, floor, sz], [1, floor, sz]],
    y: [[sx, floor, 1], [sx, floor, -1]],
    z: [[left[0], -1, left[1]], [left[0], 1, left[1]]],
  }
}

/** The cloud of points and the walls behind it, by three.js; loaded when the first one is shown. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  LineBasicMaterial,
  LineSegments,
  PerspectiveCamera,
  Points,
  Scene,
  ShaderMaterial,
  WebGLRenderer,
} from 'three'
import type { Place } from './cloud'
import { DISTANCE, eyeOf, unitOf, type Orbit } from './orbit'

const VERTEX = `
attribute vec3 ink;
uniform float size;
varying vec3 shade;
void main() {
  shade = ink;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  gl_PointSize = size * ${DISTANCE.toFixed(1)} / gl_Position.w;
}`
const FRAGMENT = `
uniform float opacity;
varying vec3 shade;
void main() {
  float far = length(gl_PointCoord - 0.5);
  if (far > 0.5) discard;
  gl_FragColor = vec4(shade, opacity * (1.0 - smoothstep(0.4, 0.5, far)));
}`

export class CloudScene {
  private readonly renderer: WebGLRenderer
  private readonly scene = new Scene()
  private readonly camera = new PerspectiveCamera()
  private readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly walls = new LineSegments(new BufferGeometry(), new LineBasicMaterial())
  private width = 1
  private height = 1

  /** Throws where the browser offers no WebGL. */
  constructor(canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true })
    const material = new ShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthWrite: false,
      uniforms: { size: { value: 4 }, opacity: { value: 1 } },
    })
    this.points = new Points(new BufferGeometry(), material)
    this.points.frustumCulled = false
    this.walls.frustumCulled = false
    this.scene.add(this.walls, this.points)
  }

  resize(width: number, height: number): void {
    ;[this.width, this.height] = [width, height]
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2))
    this.renderer.setSize(width, height)
  }

  /** Takes the points: places and colours, three numbers each. */
  setPoints(positions: Float32Array, colours: Float32Array): void {
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(positions, 3))
    geometry.setAttribute('ink', new BufferAttribute(colours, 3))
    this.points.geometry.dispose()
    this.points.geometry = geometry
  }

  /** Lines between pairs of places. */
  setWalls(lines: [Place, Place][], colour: string): void {
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(Float32Array.from(lines.flat(2)), 3))
    this.walls.geometry.dispose()
    this.walls.geometry = geometry
    this.walls.material.color = new Color(colour)
  }

  /** Draws what an orbit shows; `size` is in CSS pixels. */
  render(orbit: Orbit, size: number, opacity: number): void {
    const { camera, renderer, points } = this
    aim(camera, orbit, this.width, this.height)
    points.material.uniforms.size = { value: size * renderer.getPixelRatio() }
    points.material.uniforms.opacity = { value: opacity }
    renderer.render(this.scene, camera)
  }

  /** Gives everything back, the context too: a browser has only a few of them. */
  dispose(): void {
    this.points.geometry.dispose()
    this.points.material.dispose()
    this.walls.geometry.dispose()
    this.walls.material.dispose()
    this.renderer.dispose()
    this.renderer.forceContextLoss()
  }
}

/** Points a camera at the cube, as `seen` has it. */
export function aim(camera: PerspectiveCamera, orbit: Orbit, width: number, height: number): void {
  const [x, y, z] = eyeOf(orbit)
  const half = height / (2 * unitOf(width, height) * orbit.zoom)
  camera.aspect = width / Math.max(height, 1)
  camera.fov = (2 * Math.atan(half / DISTANCE) * 180) / Math.PI
  camera.near = 0.1
  camera.far = 2 * DISTANCE
  camera.position.set(x * DISTANCE, y * DISTANCE, z * DISTANCE)
  camera.lookAt(0, 0, 0)
  camera.updateProjectionMatrix()
  camera.updateMatrixWorld()
}

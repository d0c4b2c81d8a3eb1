/** A free polygon on a plane: drawn by hand, moved as a whole or vertex by vertex. */
import { Brush, type Phase } from './brush'
import { onDrag, type Drag, type Point } from './drag'
import { setAttributes, svg } from './elements'
import { keyStep, movedByKey } from './handle'
import type { Scale } from './scale'

export type Polygon = [number, number][]

export interface LassoBrushEvents {
  change(polygon: Polygon | null, phase: Phase): void
  describe(vertex: [number, number]): string
}

const MOST_HANDLES = 16

export class LassoBrush extends Brush<Polygon> {
  private x: Scale | null = null
  private y: Scale | null = null
  private readonly group: SVGGElement
  private readonly outline: SVGPolygonElement
  private vertices: SVGCircleElement[] = []

  constructor(
    parent: SVGGElement,
    private readonly surface: SVGSVGElement,
    private readonly events: LassoBrushEvents,
  ) {
    super((polygon, phase) => { events.change(polygon, phase) })
    this.group = svg('g', { class: 'plot-brush plot-brush-lasso' }, parent)
    this.outline = svg('polygon', {
      class: 'plot-brush-body plot-move', role: 'group', tabindex: 0,
      'aria-label': 'Lasso; arrow keys move it',
    }, this.group)
    onDrag(this.outline, surface, (point) => this.move(point))
    this.outline.addEventListener('keydown', (event) => { this.key(event, null) })
    this.outline.addEventListener('keyup', () => { if (this.shape) this.emit(this.shape, 'end') })
    this.draw()
  }

  place(x: Scale, y: Scale): void {
    this.x = x
    this.y = y
    this.draw()
  }

  /** A drag that draws a new polygon. */
  create(from: Point): Drag | null {
    const { x, y } = this
    if (!x || !y) return null
    const path: Point[] = [from]
    const polygon = (tolerance: number): Polygon =>
      simplified(path, tolerance).map((point) => [x.at(point.x), y.at(point.y)])
    return this.begin((point) => {
      const last = path[path.length - 1] ?? from
      if (Math.hypot(point.x - last.x, point.y - last.y) < 3) return null
      path.push(point)
      return path.length > 2 ? polygon(1) : null
    }, () => (path.length < 3 ? null : polygon(2.5)))
  }

  /** A hexagon over the middle of the plot, for the keyboard; it takes the focus. */
  start(): void {
    const { x, y } = this
    if (!x || !y) return
    const at = ({ domain: [low, high] }: Scale, share: number): number =>
      (low + high) / 2 + share * (high - low) / 4
    const corners = [0, 1, 2, 3, 4, 5].map((i) => (i * Math.PI) / 3)
    this.emit(corners.map((a) => [at(x, Math.cos(a)), at(y, Math.sin(a))]), 'end')
    this.outline.focus()
  }

  private move(from: Point): Drag | null {
    const { x, y, shape: polygon } = this
    if (!x || !y || !polygon) return null
    return this.begin((point) => {
      const dx = (point.x - from.x) * Math.sign(x.range[1] - x.range[0]) * x.perPixel
      const dy = (point.y - from.y) * Math.sign(y.range[1] - y.range[0]) * y.perPixel
      return polygon.map(([px, py]) => [px + dx, py + dy])
    })
  }

  private key(event: KeyboardEvent, vertex: number | null): void {
    const { x, y, shape: polygon } = this
    if (!x || !y || !polygon) return
    if (event.key === 'Delete' || event.key === 'Backspace') this.emit(null, 'end')
    else {
      const place = event.key === 'ArrowUp' || event.key === 'ArrowDown' ? 1 : 0
      const scale = place ? y : x
      if (!event.key.startsWith('Arrow')) return
      const next = movedByKey(event, scale, (scale.domain[0] + scale.domain[1]) / 2)
      if (next === null) return
      const step = keyStep(scale) * (event.shiftKey ? 10 : 1)
      const shift = /Left|Down/.test(event.key) ? -step : step
      this.emit(polygon.map((corner, i) => {
        if (vertex !== null && i !== vertex) return corner
        return place ? [corner[0], corner[1] + shift] : [corner[0] + shift, corner[1]]
      }), 'move')
    }
    event.preventDefault()
    event.stopPropagation()
  }

  protected draw(): void {
    const { x, y, shape: polygon } = this
    this.group.style.display = polygon && x && y ? '' : 'none'
    if (!polygon || !x || !y) return
    const places = polygon.map(([px, py]) => [x.place(px), y.place(py)] as const)
    setAttributes(this.outline, { points: places.map(([px, py]) => `${String(px)},${String(py)}`).join(' ') })
    const shown = polygon.length <= MOST_HANDLES && !this.dragging ? polygon.length : 0
    if (!this.dragging && this.vertices.length !== shown) this.remake(shown)
    this.vertices.forEach((circle, i) => {
      const [cx = 0, cy = 0] = places[i] ?? []
      const corner = polygon[i]
      setAttributes(circle, {
        cx, cy,
        'aria-label': corner ? `Vertex ${String(i + 1)}: ${this.events.describe(corner)}` : '',
      })
    })
  }

  private remake(count: number): void {
    for (const circle of this.vertices) circle.remove()
    this.vertices = Array.from({ length: count }, (_, i) => {
      const circle = svg('circle', { class: 'plot-vertex', r: 4.5, role: 'button', tabindex: 0 }, this.group)
      circle.addEventListener('keydown', (event) => { this.key(event, i) })
      circle.addEventListener('keyup', () => { if (this.shape) this.emit(this.shape, 'end') })
      onDrag(circle, this.surface, () => {
        const { x, y, shape: polygon } = this
        if (!x || !y || !polygon) return null
        return this.begin((point) =>
          polygon.map((corner, k) => (k === i ? [x.at(point.x), y.at(point.y)] : corner)),
        )
      })
      return circle
    })
  }
}

/** The path without points that lie within `tolerance` pixels of its course (Douglas-Peucker). */
export function simplified(path: Point[], tolerance: number): Point[] {
  const [first, last] = [path[0], path[path.length - 1]]
  if (!first || !last || path.length < 4) return path
  let [farthest, distance] = [0, 0]
  for (let i = 1; i < path.length - 1; i += 1) {
    const away = distanceFrom(path[i] as Point, first, last)
    if (away > distance) [farthest, distance] = [i, away]
  }
  if (distance <= tolerance) return [first, last]
  const head = simplified(path.slice(0, farthest + 1), tolerance)
  return [...head.slice(0, -1), ...simplified(path.slice(farthest), tolerance)]
}

function distanceFrom(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = Math.hypot(dx, dy)
  if (length === 0) return Math.hypot(point.x - a.x, point.y - a.y)
  return Math.abs(dy * (point.x - a.x) - dx * (point.y - a.y)) / length
}

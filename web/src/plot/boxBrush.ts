/** A rectangle on a plane: drawn, moved and resized by pointer and keyboard. */
import { Brush, type Phase } from './brush'
import { onDrag, type Drag, type Point } from './drag'
import { setAttributes, svg } from './elements'
import { Handle, movedByKey } from './handle'
import { ordered, type Interval, type Scale } from './scale'

export interface Box {
  x: Interval
  y: Interval
}

export interface BoxBrushEvents {
  change(box: Box | null, phase: Phase): void
  describe(axis: 'x' | 'y', coordinate: number): string
}

const SIDES = [
  ['x', 0, 'Box, left edge'], ['x', 1, 'Box, right edge'],
  ['y', 0, 'Box, lower edge'], ['y', 1, 'Box, upper edge'],
] as const

export class BoxBrush extends Brush<Box> {
  private x: Scale | null = null
  private y: Scale | null = null
  private readonly group: SVGGElement
  private readonly body: SVGRectElement
  private readonly handles: Handle[]
  private readonly corners: SVGRectElement[]

  constructor(parent: SVGGElement, surface: SVGSVGElement, private readonly events: BoxBrushEvents) {
    super((box, phase) => { events.change(box, phase) })
    this.group = svg('g', { class: 'plot-brush plot-brush-box' }, parent)
    this.body = svg('rect', {
      class: 'plot-brush-body plot-move', role: 'group', tabindex: 0,
      'aria-label': 'Box; arrow keys move it',
    }, this.group)
    onDrag(this.body, surface, (point) => this.move(point))
    this.body.addEventListener('keydown', (event) => { this.key(event) })
    this.body.addEventListener('keyup', () => { if (this.shape) this.emit(this.shape, 'end') })
    this.handles = SIDES.map(([axis, end, label]) => this.edge(axis, end, label, surface))
    this.corners = [0, 1, 2, 3].map((corner) => {
      const grip = svg('rect', { class: 'plot-corner', width: 9, height: 9, rx: 2 }, this.group)
      onDrag(grip, surface, () => this.stretch(corner))
      return grip
    })
    this.draw()
  }

  place(x: Scale, y: Scale): void {
    this.x = x
    this.y = y
    this.draw()
  }

  /** A drag that draws a new box from `from`. */
  create(from: Point): Drag | null {
    const { x, y } = this
    if (!x || !y) return null
    const [x0, y0] = [x.at(from.x), y.at(from.y)]
    return this.begin((point) => ({ x: ordered([x0, x.at(point.x)]), y: ordered([y0, y.at(point.y)]) }))
  }

  /** A box over the middle of the plot, for the keyboard; it takes the focus. */
  start(): void {
    const { x, y } = this
    if (!x || !y) return
    const middle = ({ domain: [low, high] }: Scale): Interval => {
      const quarter = (high - low) / 4
      return [low + quarter, high - quarter]
    }
    this.emit({ x: middle(x), y: middle(y) }, 'end')
    this.body.focus()
  }

  private edge(axis: 'x' | 'y', end: 0 | 1, label: string, surface: SVGSVGElement): Handle {
    const to = (coordinate: number, phase: Phase): void => {
      if (!this.shape) return
      const other = this.shape[axis][1 - end] as number
      const kept = end === 0 ? Math.min(coordinate, other) : Math.max(coordinate, other)
      const side: Interval = end === 0 ? [kept, other] : [other, kept]
      this.emit({ ...this.shape, [axis]: side }, phase)
    }
    const handle = new Handle(
      this.group, label, axis, (at) => this.events.describe(axis, at),
      { to, clear: () => { this.emit(null, 'end') } },
    )
    onDrag(handle.element, surface, () => {
      const { shape: box } = this
      const scale = this[axis]
      if (!box || !scale) return null
      const other = box[axis][1 - end] as number
      return this.begin((point) => ({ ...box, [axis]: ordered([other, scale.at(point[axis])]) }))
    })
    return handle
  }

  private move(from: Point): Drag | null {
    const { x, y, shape: box } = this
    if (!x || !y || !box) return null
    const shifted = (scale: Scale, interval: Interval, distance: number): Interval => {
      const places = ordered([scale.place(interval[0]), scale.place(interval[1])])
      const [first, last] = ordered(scale.range)
      const shift = Math.min(last - places[1], Math.max(first - places[0], distance))
      return ordered([scale.at(places[0] + shift), scale.at(places[1] + shift)])
    }
    return this.begin((point) => ({
      x: shifted(x, box.x, point.x - from.x),
      y: shifted(y, box.y, point.y - from.y),
    }))
  }

  private stretch(corner: number): Drag | null {
    const { x, y, shape: box } = this
    if (!x || !y || !box) return null
    const otherX = box.x[corner % 2 === 0 ? 1 : 0]
    const otherY = box.y[corner < 2 ? 1 : 0]
    return this.begin((point) => ({
      x: ordered([otherX, x.at(point.x)]),
      y: ordered([otherY, y.at(point.y)]),
    }))
  }

  private key(event: KeyboardEvent): void {
    const { x, y, shape: box } = this
    if (!x || !y || !box) return
    if (event.key === 'Delete' || event.key === 'Backspace') this.emit(null, 'end')
    else {
      const axis = event.key === 'ArrowUp' || event.key === 'ArrowDown' ? 'y' : 'x'
      const scale = axis === 'x' ? x : y
      const next = event.key.startsWith('Arrow') ? movedByKey(event, scale, box[axis][0]) : null
      if (next === null) return
      const width = box[axis][1] - box[axis][0]
      const low = Math.min(next, scale.axis.domain[1] - width)
      this.emit({ ...box, [axis]: [low, low + width] }, 'move')
    }
    event.preventDefault()
    event.stopPropagation()
  }

  protected draw(): void {
    const { x, y, shape: box } = this
    this.group.style.display = box && x && y ? '' : 'none'
    if (!box || !x || !y) return
    const inside = (scale: Scale, ends: Interval): Interval => {
      const [first, last] = ordered(scale.range)
      const [a, b] = ordered([scale.place(ends[0]), scale.place(ends[1])])
      return [Math.min(last, Math.max(first, a)), Math.max(first, Math.min(last, b))]
    }
    const [left, right] = inside(x, box.x)
    const [top, bottom] = inside(y, box.y)
    setAttributes(this.body, {
      x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top),
    })
    const [mx, my] = [(left + right) / 2, (top + bottom) / 2]
    this.handles[0]?.place(x, box.x[0], my, false)
    this.handles[1]?.place(x, box.x[1], my, false)
    this.handles[2]?.place(y, box.y[0], mx, false)
    this.handles[3]?.place(y, box.y[1], mx, false)
    this.handles.forEach((handle, i) => { handle.shrink(((i < 2 ? bottom - top : right - left)) / 2.5) })
    this.corners.forEach((grip, corner) => {
      setAttributes(grip, {
        x: (corner % 2 === 0 ? left : right) - 4.5,
        y: (corner < 2 ? bottom : top) - 4.5,
        class: `plot-corner plot-corner-${String(corner)}`,
      })
    })
  }
}

/** A brush along one axis: drawn, moved and resized by pointer and keyboard. */
import { Brush, type Phase } from './brush'
import { onDrag, type Drag, type Point } from './drag'
import { setAttributes, svg } from './elements'
import { Handle } from './handle'
import { ordered, type Interval, type Scale } from './scale'

export interface IntervalBrushEvents {
  change(interval: Interval | null, phase: Phase): void
  describe(coordinate: number): string
  /** A click that drew nothing; return true when it meant something else. */
  click?(point: Point): boolean
}

export class IntervalBrush extends Brush<Interval> {
  private scale: Scale | null = null
  private hidden = false
  private across: Interval = [0, 0]
  private readonly group: SVGGElement
  private readonly ground: SVGRectElement
  private readonly body: SVGRectElement
  private readonly handles: [Handle, Handle]

  constructor(
    parent: SVGGElement,
    surface: SVGSVGElement,
    label: string,
    private readonly orientation: 'x' | 'y',
    private readonly events: IntervalBrushEvents,
    look: 'band' | 'slot' = 'band',
  ) {
    super((interval, phase) => { events.change(interval, phase) })
    this.group = svg('g', { class: `plot-brush plot-brush-${look}` }, parent)
    this.ground = svg('rect', { class: 'plot-catch' }, this.group)
    this.body = svg('rect', { class: `plot-brush-body plot-move-${orientation}` }, this.group)
    this.handles = [this.handle(0, `${label}, lower bound`), this.handle(1, `${label}, upper bound`)]
    onDrag(this.ground, surface, (point) => this.create(point))
    onDrag(this.body, surface, (point) => this.move(point))
    this.show()
    this.handles.forEach((handle, end) => {
      onDrag(handle.element, surface, () => this.resize(end as 0 | 1))
    })
  }

  /** Where the brush lives: a scale, and the pixels it covers across. */
  place(scale: Scale, across: Interval): void {
    this.scale = scale
    this.across = across
    this.show()
    const [from, to] = ordered(scale.range)
    this.rect(this.ground, from, to)
    this.draw()
  }

  /** Takes the brush off the page, for the keyboard too, or puts it back. */
  hide(hidden: boolean): void {
    this.hidden = hidden
    this.show()
  }

  /** There is nothing to take hold of before there is a scale. */
  private show(): void {
    const display = this.hidden || !this.scale ? 'none' : ''
    if (this.group.style.display !== display) this.group.style.display = display
  }

  remove(): void {
    this.group.remove()
  }

  private handle(end: 0 | 1, label: string): Handle {
    return new Handle(this.group, label, this.orientation, (at) => this.events.describe(at), {
      to: (coordinate, phase) => {
        if (phase === 'end' && !this.shape) return
        const current = this.shape ?? this.scale?.axis.domain ?? [0, 0]
        const other = current[1 - end] as number
        const kept = end === 0 ? Math.min(coordinate, other) : Math.max(coordinate, other)
        this.emit(end === 0 ? [kept, other] : [other, kept], phase)
      },
      clear: () => { this.emit(null, 'end') },
    })
  }

  private along(point: Point): number {
    return this.orientation === 'x' ? point.x : point.y
  }

  private create(from: Point): Drag | null {
    const { scale } = this
    if (!scale) return null
    const start = scale.at(this.along(from))
    const drag = this.begin((point) => ordered([start, scale.at(this.along(point))]))
    return {
      move: (point, moved) => { drag.move(point, moved) },
      end: (point, moved, cancelled) => {
        drag.end(point, moved, cancelled)
        if (moved || cancelled || this.events.click?.(from)) return
        if (this.shape) this.emit(null, 'end')
      },
    }
  }

  private move(from: Point): Drag | null {
    const { scale, shape: interval } = this
    if (!scale || !interval) return null
    // Up to the ends of the whole axis: a part of the interval may lie beyond what is shown.
    const [first, last] = scale.axis.domain
    return this.begin((point) => {
      const wanted = (this.along(point) - this.along(from)) * scale.slope
      const shift = Math.min(last - interval[1], Math.max(first - interval[0], wanted))
      return [interval[0] + shift, interval[1] + shift]
    })
  }

  private resize(end: 0 | 1): Drag | null {
    const { scale } = this
    if (!scale) return null
    const other = (this.shape ?? scale.axis.domain)[1 - end] as number
    return this.begin((point) => ordered([other, scale.at(this.along(point))]))
  }

  protected draw(): void {
    const { scale } = this
    if (!scale) return
    const idle = this.shape === null
    const [low, high] = this.shape ?? scale.domain
    const ends = ordered([scale.place(low), scale.place(high)])
    const [first, last] = ordered(scale.range)
    const shown: Interval = [Math.max(first, ends[0]), Math.min(last, ends[1])]
    const unseen = idle || shown[1] < shown[0]
    this.body.style.display = unseen ? 'none' : ''
    if (!unseen) this.rect(this.body, shown[0], Math.max(shown[1], shown[0] + 2))
    const middle = (this.across[0] + this.across[1]) / 2
    this.handles[0].place(scale, low, middle, idle)
    this.handles[1].place(scale, high, middle, idle)
    for (const handle of this.handles) handle.shrink((this.across[1] - this.across[0]) * 0.55)
  }

  private rect(element: SVGRectElement, from: number, to: number): void {
    const [start, end] = this.across
    const size = Math.max(0, to - from)
    setAttributes(element, this.orientation === 'x'
      ? { x: from, width: size, y: start, height: Math.max(0, end - start) }
      : { y: from, height: size, x: start, width: Math.max(0, end - start) })
  }
}

/** What brushes share: a shape that one pointer at a time draws, moves and changes, or takes back. */
import type { Drag, Point } from './drag'

export type Phase = 'move' | 'end'

export abstract class Brush<Shape> {
  dragging = false
  protected shape: Shape | null = null
  private before: Shape | null = null

  constructor(private readonly change: (shape: Shape | null, phase: Phase) => void) {}

  get value(): Shape | null {
    return this.shape
  }

  /** Takes a new shape from outside; ignored while the person drags. */
  set(shape: Shape | null): void {
    if (this.dragging) return
    this.shape = shape
    this.draw()
  }

  /** Takes back a drag in progress, else clears. */
  escape(): void {
    const next = this.dragging ? this.before : null
    this.dragging = false
    if (this.shape) this.emit(next, 'end')
  }

  /**
   * A drag whose every `step` gives the shape for a point (null: no change yet). `last` gives the
   * one that stays; null takes the drag back.
   */
  protected begin(step: (point: Point) => Shape | null, last = (): Shape | null => this.shape): Drag {
    this.before = this.shape
    this.dragging = true
    return {
      move: (point, moved) => {
        const next = moved && this.dragging ? step(point) : null
        if (next) this.emit(next, 'move')
      },
      end: (_, moved, cancelled) => {
        if (!this.dragging) return
        this.dragging = false
        if (cancelled) this.emit(this.before, 'end')
        else if (moved) this.emit(last() ?? this.before, 'end')
      },
    }
  }

  protected emit(shape: Shape | null, phase: Phase): void {
    this.shape = shape
    this.draw()
    this.change(shape, phase)
  }

  protected abstract draw(): void
}

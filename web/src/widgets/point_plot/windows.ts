/** The part of the plane that is shown: zoomed and moved at once, kept when the hand rests. */
import { ordered, panned, zoomed, type Interval, type Scale } from '../../plot/scale'
import type { Plane } from './layers'

export interface Windows {
  x: Interval | null
  y: Interval | null
}

const REST = 180

export class Zoom {
  private pending: Windows | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly redraw: () => void,
    private readonly keep: (windows: Windows) => void,
  ) {}

  /** What is shown now: the gesture's windows, else those of the settings. */
  current(settings: { x_window: Interval | null; y_window: Interval | null }): Windows {
    return this.pending ?? { x: settings.x_window ?? null, y: settings.y_window ?? null }
  }

  /** Zooms by `factor` (below 1: closer) around a pixel, or the middle. */
  by(plane: Plane, factor: number, at?: { x: number; y: number }): void {
    const zoom = (scale: Scale, pixel?: number): Interval | null => {
      const { domain } = scale
      const centre = pixel === undefined ? (domain[0] + domain[1]) / 2 : scale.at(pixel)
      return zoomed(domain, scale.axis.domain, factor, centre)
    }
    this.set({ x: zoom(plane.x, at?.x), y: zoom(plane.y, at?.y) })
  }

  /** Moves a zoomed window by pixels, starting from where `plane` showed it. */
  pan(plane: Plane, dx: number, dy: number): void {
    const move = (scale: Scale, pixels: number): Interval | null => {
      const { domain, axis } = scale
      if (domain[0] <= axis.domain[0] && domain[1] >= axis.domain[1]) return null
      const sign = Math.sign(scale.range[1] - scale.range[0])
      return panned(domain, axis.domain, -pixels * sign * scale.perPixel)
    }
    this.set({ x: move(plane.x, dx), y: move(plane.y, dy) })
  }

  reset(): void {
    this.set({ x: null, y: null })
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private set(windows: Windows): void {
    this.pending = { x: windows.x && ordered(windows.x), y: windows.y && ordered(windows.y) }
    this.redraw()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const kept = this.pending
      this.pending = null
      if (kept) this.keep(kept)
    }, REST)
  }
}

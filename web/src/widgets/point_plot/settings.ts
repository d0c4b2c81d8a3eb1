/** What a person can set on a point plot. */
import type { Interval } from '../../plot/scale'

export interface PointPlotSettings {
  x: string
  y: string
  display: 'points' | 'statistics' | 'both'
  bins: number
  absolute: boolean
  size_px?: number
  x_window: Interval | null
  y_window: Interval | null
}

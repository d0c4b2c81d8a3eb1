/** What the legend of a point plot names: the colours, and the lines of the statistics. */
import type { Colour } from '../../api/arrow'
import type { LegendEntry } from '../../plot/legend'
import type { Palette } from '../../plot/palette'
import { statisticsLegend } from './statistics'

export function legendOf(colour: Colour | null, withFigures: boolean, palette: Palette): LegendEntry[] {
  const names = colour?.labels ?? []
  const entries = names.map((name, i) => ({ name, colour: palette.groups[i] ?? palette.accent }))
  return [...entries, ...(withFigures ? statisticsLegend(colour ? palette.muted : palette.accent) : [])]
}

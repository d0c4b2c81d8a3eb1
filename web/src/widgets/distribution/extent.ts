/** How tall the bars of each colour are. */
import { countIn, selectedIn, type Bars } from '../../plot/bars'

export type Mode = 'stacked' | 'overlay' | 'percent'

/** From where to where a colour's bar reaches in a bin: counts, or a share in percent mode. */
export function extent(bars: Bars, mode: Mode, group: number, bin: number): [number, number] {
  const own = countIn(bars, group, bin)
  if (mode === 'overlay') return [0, own]
  let below = 0
  for (let other = 0; other < group; other += 1) below += countIn(bars, other, bin)
  if (mode === 'stacked') return [below, below + own]
  const total = selectedIn(bars, bin) || 1
  return [below / total, (below + own) / total]
}

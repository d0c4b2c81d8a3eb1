/** The menu of a widget, and the steps by which keys move and size it. */
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Copy,
  ImageDown,
  Maximize2,
  Minimize2,
  Move,
  Pencil,
  Scaling,
  Table2,
  Trash,
} from '@lucide/vue'
import type { MenuItem } from '../ui'

/** A move or a change of size, in grid cells. */
export interface Step {
  label: string
  key: string
  shift: boolean
  dx: number
  dy: number
  dw: number
  dh: number
}

const still = { dx: 0, dy: 0, dw: 0, dh: 0 }

export const STEPS: Step[] = [
  { ...still, label: 'Move left', key: 'ArrowLeft', shift: false, dx: -1 },
  { ...still, label: 'Move right', key: 'ArrowRight', shift: false, dx: 1 },
  { ...still, label: 'Move up', key: 'ArrowUp', shift: false, dy: -1 },
  { ...still, label: 'Move down', key: 'ArrowDown', shift: false, dy: 1 },
  { ...still, label: 'Narrower', key: 'ArrowLeft', shift: true, dw: -1 },
  { ...still, label: 'Wider', key: 'ArrowRight', shift: true, dw: 1 },
  { ...still, label: 'Shorter', key: 'ArrowUp', shift: true, dh: -1 },
  { ...still, label: 'Taller', key: 'ArrowDown', shift: true, dh: 1 },
]

const ARROWS: Record<string, { icon: typeof ArrowUp; sign: string }> = {
  ArrowLeft: { icon: ArrowLeft, sign: '←' },
  ArrowRight: { icon: ArrowRight, sign: '→' },
  ArrowUp: { icon: ArrowUp, sign: '↑' },
  ArrowDown: { icon: ArrowDown, sign: '↓' },
}

export interface CardActions {
  maximise(): void
  rename(): void
  duplicate(): void
  table(): void
  download(format: 'png' | 'svg'): void
  step(step: Step): void
  remove(): void
  maximised: boolean
  /** Whether there is anything to look at: not so for a kind that is not known here. */
  drawable: boolean
}

export function cardMenu(actions: CardActions): MenuItem[] {
  const steps = (shift: boolean): MenuItem[] =>
    STEPS.filter((step) => step.shift === shift).map((step) => ({
      label: step.label,
      icon: ARROWS[step.key]?.icon,
      shortcut: `Alt ${shift ? 'Shift ' : ''}${ARROWS[step.key]?.sign ?? ''}`,
      action: () => actions.step(step),
    }))
  return [
    {
      label: actions.maximised ? 'Restore' : 'Maximise',
      icon: actions.maximised ? Minimize2 : Maximize2,
      action: actions.maximise,
    },
    { label: 'Rename', icon: Pencil, action: actions.rename },
    { label: 'Duplicate', icon: Copy, action: actions.duplicate },
    { label: 'Move', icon: Move, children: steps(false), separated: true },
    { label: 'Size', icon: Scaling, children: steps(true) },
    {
      label: 'View as table',
      icon: Table2,
      separated: true,
      disabled: !actions.drawable,
      action: actions.table,
    },
    {
      label: 'Download PNG',
      icon: ImageDown,
      disabled: !actions.drawable,
      action: () => actions.download('png'),
    },
    {
      label: 'Download SVG',
      icon: ImageDown,
      disabled: !actions.drawable,
      action: () => actions.download('svg'),
    },
    { label: 'Remove', icon: Trash, danger: true, separated: true, action: actions.remove },
  ]
}

/** The Lucide icons by the names that widget kinds give, and those of column types. */
import {
  AlignVerticalDistributeCenter,
  Blocks,
  Braces,
  Brackets,
  Calendar,
  ChartColumn,
  ChartLine,
  ChartNoAxesCombined,
  ChartNoAxesGantt,
  ChartScatter,
  ChartSpline,
  Grid3x3,
  GitMerge,
  Hash,
  Mountain,
  Rotate3d,
  Sigma,
  SlidersHorizontal,
  Sparkles,
  Spline,
  Table2,
  ToggleLeft,
  Type,
  Waypoints,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { ColumnInfo } from './widget'

const NAMED: Record<string, Component> = {
  'align-vertical-distribute-center': AlignVerticalDistributeCenter,
  blocks: Blocks,
  'chart-bar': ChartColumn,
  'chart-column': ChartColumn,
  'chart-column-big': ChartColumn,
  'chart-no-axes-column': ChartColumn,
  'chart-line': ChartLine,
  'chart-no-axes-gantt': ChartNoAxesGantt,
  'chart-scatter': ChartScatter,
  'chart-spline': ChartSpline,
  'grid-3x3': Grid3x3,
  'git-merge': GitMerge,
  mountain: Mountain,
  'rotate-3d': Rotate3d,
  sigma: Sigma,
  'sliders-horizontal': SlidersHorizontal,
  sparkles: Sparkles,
  spline: Spline,
  table: Table2,
  'table-2': Table2,
  waypoints: Waypoints,
}

/** The icon of that name; a general one for names that this build does not carry. */
export const iconNamed = (name: string): Component => NAMED[name] ?? ChartNoAxesCombined

const BY_TYPE: Record<ColumnInfo['type'], Component> = {
  number: Hash,
  integer: Hash,
  text: Type,
  boolean: ToggleLeft,
  time: Calendar,
  array: Brackets,
  dict: Braces,
}

export const iconOfType = (type: ColumnInfo['type']): Component => BY_TYPE[type]

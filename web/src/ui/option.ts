/** One choice of a select, combobox, radio group or segmented control. */
import type { Component } from 'vue'

export interface Option {
  value: string
  label: string
  icon?: Component
  /** Muted, at the right: a count, a unit, a type. */
  hint?: string
  /** Why it cannot be chosen, or true. */
  disabled?: boolean | string
}

/** The options whose label or hint contains every word of `query`, in their order. */
export function matching(options: Option[], query: string): Option[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return options
  return options.filter((option) => {
    const text = `${option.label} ${option.hint ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

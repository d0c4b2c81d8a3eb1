/** What a menu shows. */
import type { Component } from 'vue'

export interface MenuItem {
  label: string
  icon?: Component
  /** A CSS colour, drawn as a swatch before the label. */
  swatch?: string
  shortcut?: string
  hint?: string
  danger?: boolean
  /** Makes it an item with a check mark. */
  checked?: boolean
  disabled?: boolean
  /** A line above it. */
  separated?: boolean
  children?: MenuItem[]
  action?: () => void
}

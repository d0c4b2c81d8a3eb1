/** Light or dark: as the system has it, unless the person chose. */
import { useLocalStorage, usePreferredDark } from '@vueuse/core'
import { computed, watchEffect } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

const choice = useLocalStorage<ThemeChoice>('studio-theme', 'system')
const systemDark = usePreferredDark()
const theme = computed<'light' | 'dark'>(() => {
  if (choice.value !== 'system') return choice.value
  return systemDark.value ? 'dark' : 'light'
})

watchEffect(() => {
  document.documentElement.dataset.theme = theme.value
})

/** The person's choice, and the theme that follows from it. */
export function useTheme() {
  return { choice, theme }
}

/** Light or dark: as the system has it, unless the person chose. */
import { useLocalStorage, usePreferredDark } from '@vueuse/core'
import { computed, nextTick, ref, watchEffect } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

const choice = useLocalStorage<ThemeChoice>('studio-theme', 'system')
const systemDark = usePreferredDark()
const lit = ref(false)
const theme = computed<'light' | 'dark'>(() => {
  if (lit.value) return 'light'
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

/** Shows the page in light while `work` draws for paper. */
export async function inLight<T>(work: () => Promise<T>): Promise<T> {
  lit.value = true
  try {
    await nextTick()
    return await work()
  } finally {
    lit.value = false
  }
}

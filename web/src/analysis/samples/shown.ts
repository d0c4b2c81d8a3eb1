/** The one sample that the page shows in full, and the widget that asked for it. */
import { inject, provide, shallowRef, type InjectionKey } from 'vue'
import type { ShownSample } from '../../widgets/widget'

export function createShownSample() {
  const shown = shallowRef<ShownSample | null>(null)
  let owner: string | null = null

  /** Shows a sample for a widget; null takes away what this widget showed. */
  function show(widget: string, sample: ShownSample | null): void {
    if (sample === null && owner !== widget) return
    owner = sample === null ? null : widget
    shown.value = sample
  }
  /** Closed by the person: the focus goes back to where the sample was chosen. */
  function close(): void {
    const { value } = shown
    owner = null
    shown.value = null
    value?.closed()
  }
  return { shown, show, close }
}

type Shown = ReturnType<typeof createShownSample>

const KEY: InjectionKey<Shown> = Symbol('shown sample')

export function provideShownSample(): Shown {
  const shown = createShownSample()
  provide(KEY, shown)
  return shown
}

export function useShownSample(): Shown {
  const shown = inject(KEY)
  if (!shown) throw new Error('There is no analysis around this component.')
  return shown
}

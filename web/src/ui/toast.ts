/** Short messages at the corner of the page; errors stay until they are closed. */
import { computed, reactive, ref } from 'vue'

export interface ToastAction {
  label: string
  run: () => void
}
export interface ToastMessage {
  id: number
  tone: 'success' | 'error' | 'info'
  text: string
  detail?: string
  action?: ToastAction
}

const LASTS = 6000

/** How many dialogs are open. A message with a button waits: it would lie over what they ask. */
export const openDialogs = ref(0)

const waits = (message: ToastMessage): boolean => message.action !== undefined && openDialogs.value > 0
const shown = reactive<ToastMessage[]>([])
let next = 1

function show(
  tone: ToastMessage['tone'],
  text: string,
  more: { detail?: string; action?: ToastAction } = {},
): number {
  const id = next++
  const same = shown.findIndex((one) => one.tone === tone && one.text === text)
  if (same >= 0) shown.splice(same, 1)
  const message = { id, tone, text, ...more }
  shown.push(message)
  const end = (): void => {
    if (waits(message)) setTimeout(end, LASTS)
    else close(id)
  }
  if (tone !== 'error') setTimeout(end, more.action ? LASTS * 2 : LASTS)
  return id
}

function close(id: number) {
  const at = shown.findIndex((one) => one.id === id)
  if (at >= 0) shown.splice(at, 1)
}

export function useToast() {
  return {
    shown: computed(() => shown.filter((message) => !waits(message))),
    close,
    success: (text: string, more?: { detail?: string; action?: ToastAction }) =>
      show('success', text, more),
    info: (text: string, more?: { detail?: string; action?: ToastAction }) =>
      show('info', text, more),
    error: (text: string, more?: { detail?: string; action?: ToastAction }) =>
      show('error', text, more),
  }
}

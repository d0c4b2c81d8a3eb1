/** The keys of the page, silent while somebody types or a dialog is open. */
import { useEventListener } from '@vueuse/core'

export interface KeyActions {
  search(): void
  filter(): void
  help(): void
  undo(): void
  redo(): void
}

const OPEN = ['dialog', 'alertdialog', 'menu', 'listbox']
  .map((role) => `[role="${role}"][data-state="open"]`)
  .join()

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

export function useKeys(actions: KeyActions): void {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target)) return
    if (document.querySelector(OPEN)) return
    const key = event.key.toLowerCase()
    let action: (() => void) | undefined
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      if (key === 'z') action = event.shiftKey ? actions.redo : actions.undo
      if (key === 'y' && !event.shiftKey) action = actions.redo
    } else if (!event.altKey) {
      action = { '/': actions.search, f: actions.filter, '?': actions.help }[key]
    }
    if (!action) return
    event.preventDefault()
    action()
  })
}

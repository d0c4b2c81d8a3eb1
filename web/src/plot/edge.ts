/** Fades the right edge of a table that goes on there, so that nothing looks cut off. */
import './plot.css'

/**
 * Keeps the fade in step with the size, the scrolling and the elements in `contents`; returns
 * what ends it.
 */
export function fadeEdge(element: HTMLElement, contents = element): () => void {
  let frame = 0
  const look = (): void => {
    const rest = element.scrollWidth - element.clientWidth - element.scrollLeft
    element.classList.toggle('plot-fades', rest > 2)
  }
  const lookLater = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(look)
  }
  const sizes = new ResizeObserver(lookLater)
  const changes = new MutationObserver(lookLater)
  sizes.observe(element)
  changes.observe(contents, { childList: true })
  element.addEventListener('scroll', lookLater, { passive: true })
  return () => {
    cancelAnimationFrame(frame)
    sizes.disconnect()
    changes.disconnect()
    element.removeEventListener('scroll', lookLater)
  }
}

/**
 * Tells drafts from pictures that stay: while pictures follow each other quickly, as under a
 * dragged brush, each is a draft, and the last one is drawn again once it rests.
 */

// Milliseconds: two pictures closer than this are parts of one movement.
const QUICK = 250
const REST = 160

export class Pace {
  private last = -Infinity
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `rest` draws the picture that stays. */
  constructor(private readonly rest: () => void) {}

  /** Whether the picture that is drawn now is a draft; asked once for each picture. */
  isDraft(): boolean {
    const now = performance.now()
    const draft = now - this.last < QUICK
    this.last = now
    this.stop()
    if (draft) {
      this.timer = setTimeout(() => {
        this.last = -Infinity
        this.rest()
      }, REST)
    }
    return draft
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}

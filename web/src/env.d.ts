/// <reference types="vite/client" />

// For tests alone: the page has no process to start.
declare module 'node:child_process' {
  export function execFileSync(
    file: string,
    words: string[],
    options: { env: Record<string, string> },
  ): { toString(): string }
}

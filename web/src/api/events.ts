/**
 * What happens on the server, as it happens. One tab of the browser holds the stream and tells
 * the others, because browsers open few connections to one server.
 */
import { onScopeDispose } from 'vue'
import { callRaw } from './client'
import { session } from './session'
import { EventText } from './eventText'

export type Topic =
  | 'import'
  | 'inspection'
  | 'project'
  | 'selection'
  | 'delivery'
  | 'method'
  | 'stream'
  | 'answer'
  | 'provider'
  | 'experiment'
  | 'comment'
  | 'resync'
export type EventData = Record<string, unknown>
type Listener = (data: EventData) => void

const WAIT = [500, 1000, 2000, 5000]
const listeners = new Map<Topic, Set<Listener>>()

function tell(topic: Topic, data: EventData) {
  for (const listener of listeners.get(topic) ?? []) listener(data)
}

/** Calls `listener` for each event of `topic` until the component goes. */
export function useEvents(topic: Topic, listener: Listener) {
  const all = listeners.get(topic) ?? new Set<Listener>()
  listeners.set(topic, all.add(listener))
  onScopeDispose(() => all.delete(listener))
}

async function read(publish: (topic: Topic, data: EventData) => void, signal: AbortSignal) {
  const response = await callRaw('/api/v2/events', { signal, headers: { Accept: 'text/event-stream' } })
  if (!response.body) return
  publish('resync', {})
  const text = new EventText()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    for (const { event, data } of text.push(value)) publish(event as Topic, JSON.parse(data))
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

async function follow(publish: (topic: Topic, data: EventData) => void, signal: AbortSignal) {
  let failures = 0
  while (!signal.aborted) {
    try {
      if (!session.tokenDemanded) await read(publish, signal)
      failures = 0
    } catch {
      // The banner says that the connection is lost; here it is only tried again.
      failures += 1
    }
    if (!signal.aborted) {
      await pause(WAIT[Math.min(failures, WAIT.length - 1)] ?? 5000, signal)
    }
  }
}

/** Starts listening; returns the function that stops. */
export function startEvents(): () => void {
  const stop = new AbortController()
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
    void follow(tell, stop.signal)
    return () => stop.abort()
  }
  const channel = new BroadcastChannel('studio-events')
  channel.onmessage = ({ data }: MessageEvent<{ topic: Topic; data: EventData }>) =>
    tell(data.topic, data.data)
  const publish = (topic: Topic, data: EventData) => {
    channel.postMessage({ topic, data })
    tell(topic, data)
  }
  navigator.locks
    .request('studio-events', { signal: stop.signal }, () => follow(publish, stop.signal))
    .catch(() => undefined)
  return () => {
    stop.abort()
    channel.close()
  }
}

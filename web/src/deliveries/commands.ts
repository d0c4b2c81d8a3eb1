/** A delivery as a command that repeats it by hand with its document in a file; never a secret. */
import type { Method } from '../exports/methodTypes'
import type { Delivery } from './state'

type Place = Pick<Method, 'destination' | 'parameters' | 'options'>

/** One word of a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** As the server writes it into headers. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The headers that tell a stream and the place in it. */
function placeInStream({ stream_id, sequence }: Delivery): [string, string][] {
  return stream_id ? [['Debiai-Stream', stream_id], ['Debiai-Sequence', String(sequence)]] : []
}

export function asCurl(delivery: Delivery, { destination }: Place): string | null {
  const url = destination.match(/^POST (\S+)/)?.[1]
  if (delivery.method_type !== 'post' || url === undefined) return null
  return [
    `curl -X POST ${quoted(url)}`,
    `-H 'Content-Type: application/json'`,
    `-H ${quoted(`webhook-id: ${delivery.id}`)}`,
    ...placeInStream(delivery).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(`@${delivery.id}.json`)}`,
  ].join(' ')
}

// What kcat needs to reach the same broker. Others are secret, or hold text of a PEM file.
const PASSED = [
  'security.protocol',
  'sasl.mechanism',
  'sasl.username',
  'ssl.ca.location',
  'ssl.endpoint.identification.algorithm',
  'message.max.bytes',
  'compression.type',
  'client.id',
  'broker.address.family',
]

/** As a kcat command: the whole file is one message; a password comes from the environment. */
export function asKcat(delivery: Delivery, { parameters, options }: Place): string | null {
  const [brokers, topic] = parameters
  if (delivery.method_type !== 'kafka' || !brokers || !topic || delivery.chunk_bytes) return null
  const orderKey = delivery.stream_id ?? delivery.id
  const headers = [
    'content-type=application/json',
    'ce_specversion=1.0',
    `ce_id=${delivery.id}`,
    `ce_type=debiai.export.${delivery.kind}.v1`,
    `ce_source=/projects/${escaped(delivery.source)}/${escaped(delivery.project)}`,
    `ce_time=${delivery.accepted_at}`,
    `ce_partitionkey=${orderKey}`,
    ...placeInStream(delivery).map(([name, value]) => `${name.toLowerCase()}=${value}`),
    ...(delivery.name ? [`ce_subject=${delivery.name}`] : []),
    ...(delivery.set_digest ? [`debiai-set-digest=${delivery.set_digest}`] : []),
  ]
  const given = PASSED.flatMap((name) => (options[name] ? [`${name}=${options[name]}`] : []))
  return [
    `kcat -P -b ${quoted(brokers)} -t ${quoted(topic)}`,
    `-k ${quoted(orderKey)}`,
    ...headers.map((one) => `-H ${quoted(one)}`),
    ...given.map((one) => `-X ${quoted(one)}`),
    ...(options['sasl.password'] ? ['-X sasl.password="$KAFKA_PASSWORD"'] : []),
    quoted(`${delivery.id}.json`),
  ].join(' ')
}

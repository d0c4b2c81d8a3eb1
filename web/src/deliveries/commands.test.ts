import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { asCurl, asKcat } from './commands'
import { delivery } from './state.test-data'

const NASTY = `it's "$(touch /tmp/x)" \`id\` $HOME \\ * ; & | é\n!x -n`

/** What a real shell hands to the program. */
function words(command: string): string[] {
  const program = command.split(' ')[0]
  const show = `${program}() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`
  const said = execFileSync('sh', ['-c', show], { env: { KAFKA_PASSWORD: 'from outside' } })
  return said.toString().split('\0').slice(0, -1)
}

const place = { destination: '', parameters: [], options: {} }
const broker = { ...place, parameters: ['h1:9092,h2:9092', 'labels'] }

test('a shell hands curl exactly the address, the id and the file', () => {
  const url = `http://host/it's/$(id)/\`x\`;"a"`
  const text = asCurl(delivery(), { ...place, destination: `POST ${url}` })
  expect(words(text ?? '')).toEqual([
    '-X', 'POST', url,
    '-H', 'Content-Type: application/json',
    '-H', 'webhook-id: msg_1',
    '--data-binary', '@msg_1.json',
  ])
})

test('a shell hands kcat exactly the headers of the message, whatever the name', () => {
  const text = asKcat(delivery({ method_type: 'kafka', name: NASTY, project: "o'p/q" }), broker)
  const got = words(text ?? '')
  expect(got.slice(0, 7)).toEqual(['-P', '-b', 'h1:9092,h2:9092', '-t', 'labels', '-k', 'msg_1'])
  expect(got).toContain(`ce_subject=${NASTY}`)
  expect(got).toContain('ce_source=/projects/local/o%27p%2Fq')
  expect(got).toContain('ce_id=msg_1')
  expect(got.at(-1)).toBe('msg_1.json')
})

test('changes of a stream tell their place in it, and have the key of the stream', () => {
  const change = { kind: 'changes' as const, stream_id: 'stream_1', sequence: 7 }
  const curl = words(asCurl(delivery(change), { ...place, destination: 'POST http://host/' }) ?? '')
  expect(curl).toContain('Debiai-Stream: stream_1')
  expect(curl).toContain('Debiai-Sequence: 7')
  const kcat = words(asKcat(delivery({ ...change, method_type: 'kafka' }), broker) ?? '')
  expect(kcat[kcat.indexOf('-k') + 1]).toBe('stream_1')
  expect(kcat).toContain('debiai-stream=stream_1')
})

test('kcat is told how to reach the broker, and no secret', () => {
  const options = {
    'security.protocol': 'SASL_SSL', 'sasl.username': "o'neil", 'sasl.password': '••••••',
    'ssl.key.pem': '••••••', large: 'refuse',
  }
  const got = words(asKcat(delivery({ method_type: 'kafka' }), { ...broker, options }) ?? '')
  expect(got).toContain('security.protocol=SASL_SSL')
  expect(got).toContain("sasl.username=o'neil")
  expect(got).toContain('sasl.password=from outside')
  expect(got.join(' ')).not.toMatch(/•|ssl\.key|large/)
})

test('what one command cannot do has none', () => {
  expect(asCurl(delivery({ method_type: 'kafka' }), broker)).toBeNull()
  expect(asKcat(delivery(), broker)).toBeNull()
  expect(asKcat(delivery({ method_type: 'kafka', chunk_bytes: 1000 }), broker)).toBeNull()
})

import { describe, expect, it } from 'vitest'
import { decodeHash, encodeHash, encodeHashPlainly, storedHash } from './codec'
import { emptyDocument, emptyScope, readDocument, ruleOf } from './document'
import { analysisLink } from './link'
import { add, setWidgetFilters } from './predicate'
import { random } from './random.testing'
import { addWidget } from './widgets'

const WORDS = ['speed', 'délai', '機体', 'a "quoted" \\ name', '9007199254740993', '🛩', '']

function someDocument(seed: number) {
  const next = random(seed)
  const word = () => WORDS[next(WORDS.length)] ?? ''
  let document = emptyDocument({ ...emptyScope(), models: [word()] })
  for (let count = next(8); count > 0; count -= 1) {
    const made = addWidget(document, {
      kind: 'distribution',
      settings: { column: word(), bins: next(99) },
      size: [1 + next(12), 2 + next(9)],
    })
    document = made.document
    document.filters = setWidgetFilters(document.filters, made.id, [
      { op: 'range', column: word(), min: word(), max: null },
      { op: 'lasso', x: word(), y: word(), points: [[0.1, next(9)], [1e-9, -3]] },
    ])
    document.filters = add(document.filters, { op: 'contains', id: `c${count}`, column: word(), text: word() })
  }
  return { ...document, colour: word() }
}

describe('documents in an address', () => {
  it('come back unchanged, deflated or plain', async () => {
    for (let seed = 1; seed < 60; seed += 1) {
      const document = someDocument(seed)
      for (const hash of [await encodeHash(document), encodeHashPlainly(document)]) {
        expect(hash).toMatch(/^[\w.-]+$/)
        const decoded = await decodeHash(`#${hash}`)
        if (decoded?.kind !== 'document') throw new Error('not a document')
        expect(readDocument(decoded.value)).toEqual({ document, bare: false })
      }
    }
  })

  it('name a document kept on the server', async () => {
    expect(await decodeHash(`#${storedHash('Ab-9_z')}`)).toEqual({ kind: 'stored', id: 'Ab-9_z' })
    expect(await decodeHash('#s.../../etc')).toBeNull()
  })

  it('that are cut off or foreign are nothing', async () => {
    const whole = await encodeHash(someDocument(4))
    for (const broken of ['', '#', '#z.', '#z.!!', '#j.e30x', '#x.abc', whole.slice(0, 20)]) {
      expect(await decodeHash(broken), broken).toBeNull()
    }
  })
})

describe('reading a document', () => {
  it('refuses other versions and repairs what is not as it should be', () => {
    expect(readDocument({ v: 2 })).toBeNull()
    expect(readDocument('x')).toBeNull()
    const opened = readDocument({
      v: 1,
      scope: { models: ['m', 3], combine: 'nonsense' },
      filters: { op: 'or', children: [{ op: 'range' }, { op: 'range', column: 'a', min: '1' }] },
      colour: 7,
      widgets: [{ kind: 'a', id: 'same', w: 99 }, { kind: 'future', id: 'same', settings: { deep: [1] } }, 4],
    })
    expect(opened?.document.scope).toEqual({ ...emptyScope(), models: ['m'] })
    expect(opened?.document.widgets.map(({ kind, w }) => [kind, w])).toEqual([['a', 12], ['future', 6]])
    expect(opened?.document.widgets[0]?.id).not.toBe(opened?.document.widgets[1]?.id)
    expect(opened?.document.widgets[1]?.settings).toEqual({ deep: [1] })
    expect(ruleOf(opened?.document ?? emptyDocument()).filters?.children).toHaveLength(1)
    expect(opened?.document.colour).toBeNull()
  })
})

describe('the link to an analysis', () => {
  it('is the bare address when everything is in scope', () => {
    expect(analysisLink({ source: 'local', project: 'a/b c' })).toBe('/p/local/a%2Fb%20c/analysis')
  })

  it('carries selections and models, and leaves the widgets to the page', async () => {
    const link = analysisLink({ source: 'local', project: 'p', selections: ['s1'], modelsAs: 'columns' })
    const decoded = await decodeHash(link.slice(link.indexOf('#')))
    if (decoded?.kind !== 'document') throw new Error('not a document')
    const opened = readDocument(decoded.value)
    expect(opened?.bare).toBe(true)
    expect(opened?.document.scope).toEqual({ ...emptyScope(), selections: ['s1'], modelsAs: 'columns' })
  })
})

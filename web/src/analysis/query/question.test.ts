import { describe, expect, it } from 'vitest'
import { emptyDocument } from '../state/document'
import { setWidgetFilters } from '../state/predicate'
import { addWidget, renameWidget } from '../state/widgets'
import { nothingAnswered, questionOf, type Answered, type Standing } from './question'

function page() {
  const first = addWidget(emptyDocument(), { kind: 'a', settings: { bins: 4 }, size: [6, 4] })
  const second = addWidget(first.document, { kind: 'b', settings: {}, size: [6, 4] })
  const ids = [first.id, second.id]
  const standing: Standing = {
    document: second.document,
    transient: new Map(),
    sizes: new Map(ids.map((id) => [id, { width: 300, height: 200 }])),
    kinds: new Set(['a', 'b']),
    costly: new Set(),
    epoch: 1,
    moving: false,
  }
  return { standing, first: first.id, second: second.id }
}

const nothing = nothingAnswered()

function answeredBy(standing: Standing): Answered {
  const question = questionOf(standing, nothing)
  if (!question) throw new Error('nothing asked')
  return { ...nothingAnswered(), keys: question.keys, countsKey: question.countsKey, stepsKey: question.countsKey }
}

const asks = (standing: Standing, answered: Answered) =>
  questionOf(standing, answered)?.body.widgets.map((widget) => widget.id)

describe('the question of a page', () => {
  it('is one for all widgets, and none once they are answered', () => {
    const { standing, first, second } = page()
    expect(asks(standing, nothing)).toEqual([first, second])
    expect(questionOf(standing, answeredBy(standing))).toBeNull()
  })

  it('leaves out the widget whose own brush moves, and the remaining counts until it rests', () => {
    const { standing, first, second } = page()
    const answered = answeredBy(standing)
    const filters = setWidgetFilters(standing.document.filters, first, [
      { op: 'range', column: 'x', min: '1', max: '2' },
    ])
    const brushed = { ...standing, document: { ...standing.document, filters } }
    const moving = questionOf({ ...brushed, moving: true }, answered)
    expect(moving?.body.widgets.map((widget) => widget.id)).toEqual([second])
    expect(moving?.body.steps).toBe(false)
    expect(questionOf(brushed, answered)?.body.steps).toBe(true)
  })

  it('asks only for the widget whose settings, offset or size changed', () => {
    const { standing, first, second } = page()
    const answered = answeredBy(standing)
    const scrolled = { ...standing, transient: new Map([[second, { offset: 100 }]]) }
    expect(asks(scrolled, answered)).toEqual([second])
    expect(questionOf(scrolled, answered)?.body.widgets[0]?.settings).toEqual({ offset: 100 })
    const sizes = new Map(standing.sizes).set(first, { width: 500, height: 200 })
    expect(asks({ ...standing, sizes }, answered)).toEqual([first])
  })

  it('asks everything again when the data or the colour changed, and nothing for a new name', () => {
    const { standing, first, second } = page()
    const answered = answeredBy(standing)
    expect(asks({ ...standing, epoch: 2 }, answered)).toEqual([first, second])
    const coloured = { ...standing.document, colour: 'origin' }
    expect(asks({ ...standing, document: coloured }, answered)).toEqual([first, second])
    const renamed = renameWidget(standing.document, first, 'Other')
    expect(questionOf({ ...standing, document: renamed }, answered)).toBeNull()
  })

  it('says nothing of kinds that the server does not know', () => {
    const { standing, first } = page()
    expect(asks({ ...standing, kinds: new Set(['a']) }, nothing)).toEqual([first])
  })
})

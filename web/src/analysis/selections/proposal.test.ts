import { expect, test } from 'vitest'
import { proposedName } from './proposal'

const filter = (subject: string, text: string) => ({ subject, text, full: text })

test('the name says the filters in words', () => {
  const late = filter('dep_delay', '60–120')
  expect(proposedName([late, filter('origin', 'JFK')])).toBe('dep_delay 60–120, origin JFK')
  expect(proposedName([])).toBe('')
})

test('of filters too long for a name only the columns are said, each once', () => {
  const long = filter('tailnum', 'x'.repeat(70))
  expect(proposedName([long, filter('origin', 'JFK'), long])).toBe('tailnum, origin')
  expect(proposedName([filter('c'.repeat(61), '1')])).toBe('')
})

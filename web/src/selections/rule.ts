/** What made a selection, in words; and rules as filters. */
import { describe } from '../analysis/filters/readable'
import { newId } from '../analysis/state/identifier'
import { isGroup, type Predicate } from '../analysis/state/predicate'
import { counted } from '../ui'

type Kept = Record<string, unknown>

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

function combined(operation: unknown, names: string[]): string {
  const [first = '', ...others] = names
  if (operation === 'invert') return `not in ${first}`
  if (operation === 'minus') return `in ${first}, not in ${others.join(' or ')}`
  return `in ${names.join(operation === 'union' ? ' or ' : ' and ')}`
}

/** The rule that a selection keeps; `selectionName` tells what ids and references are called. */
export function ruleInWords(kept: Kept, selectionName: (reference: string) => string): string {
  const names = texts(kept.selections).map(selectionName)
  if (typeof kept.operation === 'string') return combined(kept.operation, names)
  if (typeof kept.listed === 'number') return `${counted(kept.listed, 'sample')} named by id`
  if (!('filters' in kept)) return 'chosen by a script'
  const models = texts(kept.models)
  const filters = kept.filters as Predicate | null
  const wanted = filters && describe(filters, selectionName)
  const parts = [
    ...(names.length > 0 ? [combined(kept.combine, names)] : []),
    ...(models.length > 0 ? [`with results of ${models.join(kept.results === 'union' ? ' or ' : ' and ')}`] : []),
    ...(wanted ? [`${wanted.subject} ${wanted.text}`.trim()] : []),
  ]
  return parts.join('; ') || 'all samples'
}

/** The same filter with ids of its own, to be added where its ids may be taken. */
export function renewed(node: Predicate): Predicate {
  if (isGroup(node)) return { ...node, id: newId('f'), children: node.children.map(renewed) }
  if (node.op !== 'not') return { ...node, id: newId('f') }
  const child = renewed(node.child)
  return { op: 'not', id: child.id, child }
}

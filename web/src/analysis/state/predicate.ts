/**
 * The filter tree, exactly as `datasets/predicate.py` has it, and pure edits of it.
 *
 * Every node has an id. `not` carries the id of what it turns around, so that inverting a
 * filter keeps its name in chips, counts and history.
 */
import type {
  LassoFilter,
  MissingFilter,
  OneOfFilter,
  RangeFilter,
  WidgetFilter,
} from '../../widgets/widget'
import { newId } from './identifier'

interface Named {
  id: string
  /** The widget that made it; absent when a person made it in the filter bar. */
  origin?: string | null
}
export interface ContainsFilter {
  op: 'contains'
  column: string
  text: string
  case?: boolean
}
export interface SelectionFilter {
  op: 'selection'
  selection_id: string
}
export type LeafFilter =
  RangeFilter | OneOfFilter | MissingFilter | ContainsFilter | LassoFilter | SelectionFilter
export type Leaf = LeafFilter & Named
export interface Group {
  op: 'and' | 'or'
  id: string
  children: Predicate[]
}
export interface Not {
  op: 'not'
  id: string
  child: Predicate
}
export type Predicate = Leaf | Group | Not

/** The root of every document: all of its children must hold. */
export interface Root extends Group {
  op: 'and'
}

export const emptyRoot = (): Root => ({ op: 'and', id: 'root', children: [] })

export const isGroup = (node: Predicate): node is Group => node.op === 'and' || node.op === 'or'

/** Every leaf below `node`, left to right. */
export function leaves(node: Predicate): Leaf[] {
  if (isGroup(node)) return node.children.flatMap(leaves)
  return node.op === 'not' ? leaves(node.child) : [node]
}

/** The node of that id, the outermost first; undefined when there is none. */
export function find(node: Predicate, id: string): Predicate | undefined {
  if (node.id === id) return node
  if (isGroup(node)) {
    for (const child of node.children) {
      const found = find(child, id)
      if (found) return found
    }
    return undefined
  }
  return node.op === 'not' ? find(node.child, id) : undefined
}

/** The tree with every outermost node that `change` answers replaced; null removes it. */
function rewrite(
  node: Predicate,
  change: (node: Predicate) => Predicate | null | undefined,
): Predicate | null {
  const changed = change(node)
  if (changed !== undefined) return changed
  if (isGroup(node)) {
    const children = node.children.flatMap((child) => rewrite(child, change) ?? [])
    return { ...node, children }
  }
  if (node.op === 'not') {
    const child = rewrite(node.child, change)
    return child && { ...node, child }
  }
  return node
}

/** Groups below the root without children vanish, groups of one give way to it. */
function tidy(node: Predicate): Predicate | null {
  if (isGroup(node)) {
    const children = node.children.flatMap((child) => tidy(child) ?? [])
    if (children.length === 0) return null
    return children.length === 1 ? (children[0] ?? null) : { ...node, children }
  }
  if (node.op === 'not') {
    const child = tidy(node.child)
    if (child === null) return null
    return child.op === 'not' ? child.child : { ...node, id: child.id, child }
  }
  return node
}

function edit(
  root: Root,
  change: (node: Predicate) => Predicate | null | undefined,
): Root {
  const children = root.children.flatMap((child) => {
    const changed = rewrite(child, change)
    return (changed && tidy(changed)) ?? []
  })
  return { ...root, children }
}

/** Adds a filter as the last step. */
export function add(root: Root, filter: Predicate): Root {
  return { ...root, children: [...root.children, filter] }
}

export function remove(root: Root, id: string): Root {
  return edit(root, (node) => (node.id === id ? null : undefined))
}

/** Puts `filter` where the node `id` stands; a `not` around that node stays. */
export function replace(root: Root, id: string, filter: LeafFilter): Root {
  return edit(root, (node) => {
    if (node.id !== id) return undefined
    if (node.op === 'not') return { ...node, child: { ...filter, id, origin: originOf(node) } }
    return { ...filter, id, origin: originOf(node) }
  })
}

/** The widget that made this node, when it is one leaf (or its complement). */
export function originOf(node: Predicate): string | null {
  if (isGroup(node)) return null
  return node.op === 'not' ? originOf(node.child) : (node.origin ?? null)
}

/** Turns a filter or a group into its complement, or back. */
export function invert(root: Root, id: string): Root {
  return edit(root, (node) => {
    if (node.id !== id) return undefined
    return node.op === 'not' ? node.child : { op: 'not', id, child: node }
  })
}

/** The innermost group that has the node of that id as a member. */
function groupOf(node: Predicate, id: string): Group | undefined {
  if (node.op === 'not') return groupOf(node.child, id)
  if (!isGroup(node)) return undefined
  for (const child of node.children) {
    const found = groupOf(child, id)
    if (found) return found
  }
  return node.children.some((child) => child.id === id) ? node : undefined
}

/** The group, inverted or not, with another member; null: it is no group. */
function enlarged(node: Predicate, member: Predicate): Predicate | null {
  if (isGroup(node)) return { ...node, children: [...node.children, member] }
  const inner = node.op === 'not' ? enlarged(node.child, member) : null
  return inner && { op: 'not', id: node.id, child: inner }
}

/**
 * Moves `id` to `target`: into it when it is a group, into the `or` group it is a member of, else
 * both become a new `or` group.
 */
export function groupWith(root: Root, id: string, target: string): Root {
  const moved = find(root, id)
  const host = find(root, target)
  if (!moved || !host || find(moved, target) || find(host, id)) return root
  const around = groupOf(root, target)
  if (!enlarged(host, moved) && around?.op === 'or') {
    return groupOf(root, id) === around ? root : groupWith(root, id, around.id)
  }
  const without = edit(root, (node) => (node.id === id ? null : undefined))
  return edit(without, (node) => {
    if (node.id !== target) return undefined
    return enlarged(node, moved) ?? { op: 'or', id: newId('f'), children: [node, moved] }
  })
}

/** Takes a filter out of its group and makes it a step of its own. */
export function takeOut(root: Root, id: string): Root {
  const moved = find(root, id)
  if (!moved || root.children.some((child) => child.id === id)) return root
  return add(remove(root, id), moved)
}

/** "and" or "or" between the members of a group. */
export function joinBy(root: Root, id: string, op: 'and' | 'or'): Root {
  return edit(root, (node) => {
    if (node.id !== id) return undefined
    if (isGroup(node)) return { ...node, op }
    if (node.op === 'not' && isGroup(node.child)) {
      return { ...node, child: { ...node.child, op } }
    }
    return undefined
  })
}

function place(filter: LeafFilter | WidgetFilter): string {
  if (filter.op === 'not') return place(filter.child)
  if (filter.op === 'lasso') return `${filter.x}\n${filter.y}`
  return filter.op === 'selection' ? filter.selection_id : filter.column
}

function named(filter: WidgetFilter, id: string, origin: string): Predicate {
  if (filter.op === 'not') return { op: 'not', id, child: { ...filter.child, id, origin } }
  return { ...filter, id, origin }
}

/** The outermost nodes that one widget made: its leaves, or `not` around one of them. */
function nodesOf(node: Predicate, origin: string): Predicate[] {
  if (isGroup(node)) return node.children.flatMap((child) => nodesOf(child, origin))
  if (originOf(node) === origin) return [node]
  return node.op === 'not' ? nodesOf(node.child, origin) : []
}

/**
 * Replaces the filters that one widget made. A filter of the same column keeps id and place
 * (also inside a group); the rest is added as last steps.
 */
export function setWidgetFilters(root: Root, origin: string, filters: WidgetFilter[]): Root {
  const old = new Map<string, Predicate>()
  for (const node of nodesOf(root, origin)) {
    const [leaf] = leaves(node)
    if (leaf && !old.has(place(leaf))) old.set(place(leaf), node)
  }
  const kept = new Map<string, Predicate>()
  const added: Predicate[] = []
  for (const filter of filters) {
    const previous = old.get(place(filter))
    if (previous && !kept.has(previous.id)) {
      kept.set(previous.id, named(filter, previous.id, origin))
    } else {
      added.push(named(filter, newId('f'), origin))
    }
  }
  const changed = edit(root, (node) => {
    if (isGroup(node) || originOf(node) !== origin) return undefined
    return kept.get(node.id) ?? null
  })
  return { ...changed, children: [...changed.children, ...added] }
}

/** The filters of one widget as the widget gave them. */
export function widgetFilters(root: Root, origin: string): WidgetFilter[] {
  return nodesOf(root, origin).map((node) => bare(node) as WidgetFilter)
}

function bare(node: Predicate): unknown {
  if (node.op === 'not') return { op: 'not', child: bare(node.child) }
  return Object.fromEntries(
    Object.entries(node).filter(([field]) => field !== 'id' && field !== 'origin'),
  )
}

/**
 * The tree without one widget's leaves and without ids: what the widget itself is filtered by.
 * Two trees that are equal here give that widget the same answer.
 */
export function withoutOrigin(node: Predicate, origin: string): unknown {
  if (isGroup(node)) {
    const children = node.children.flatMap((child) => withoutOrigin(child, origin) ?? [])
    return children.length === 0 ? null : { op: node.op, children }
  }
  if (originOf(node) === origin) return null
  if (node.op !== 'not') return bare(node)
  const child = withoutOrigin(node.child, origin)
  return child === null ? null : { op: 'not', child }
}

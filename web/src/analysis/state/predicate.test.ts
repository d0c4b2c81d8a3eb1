import { describe, expect, it } from 'vitest'
import type { WidgetFilter } from '../../widgets/widget'
import {
  add,
  emptyRoot,
  find,
  groupWith,
  invert,
  isGroup,
  joinBy,
  leaves,
  remove,
  replace,
  setWidgetFilters,
  takeOut,
  widgetFilters,
  withoutOrigin,
  type Leaf,
  type Predicate,
  type Root,
} from './predicate'
import { random } from './random.testing'

const range = (id: string, column = id, origin?: string): Leaf => ({
  op: 'range',
  id,
  column,
  min: '1',
  max: '2',
  ...(origin ? { origin } : {}),
})

const tree = (...children: Predicate[]): Root => ({ ...emptyRoot(), children })
const ids = (root: Root): string[] => leaves(root).map((leaf) => leaf.id)

describe('edits of the filter tree', () => {
  it('keep every filter that is not removed, and leave no empty or single group', () => {
    const next = random(7)
    for (let round = 0; round < 300; round += 1) {
      let root = tree(...'abcdef'.split('').map((id) => range(id)))
      const alive = new Set('abcdef')
      for (let step = 0; step < 12; step += 1) {
        const nodes = allNodes(root).filter((node) => node.id !== 'root')
        const one = nodes[next(nodes.length)]
        const two = nodes[next(nodes.length)]
        if (!one || !two) break
        const choice = next(6)
        if (choice === 0) root = groupWith(root, one.id, two.id)
        if (choice === 1) root = invert(root, one.id)
        if (choice === 2) root = takeOut(root, one.id)
        if (choice === 3) root = joinBy(root, one.id, 'and')
        if (choice === 4) root = groupWith(root, two.id, one.id)
        if (choice === 5 && next(3) === 0) {
          for (const leaf of leaves(one)) alive.delete(leaf.id)
          root = remove(root, one.id)
        }
        expect(ids(root).sort()).toEqual([...alive].sort())
        for (const node of allNodes(root)) {
          if (node.id !== 'root' && isGroup(node)) expect(node.children.length).toBeGreaterThan(1)
        }
      }
    }
  })

  it('inverting twice gives the tree back', () => {
    const root = groupWith(tree(range('a'), range('b'), range('c')), 'a', 'b')
    for (const node of allNodes(root).filter((one) => one.id !== 'root')) {
      expect(invert(invert(root, node.id), node.id)).toEqual(root)
    }
  })

  it('a filter dropped on another makes an or-group in the place of the other', () => {
    const root = groupWith(tree(range('a'), range('b'), range('c')), 'c', 'a')
    expect(root.children.map((node) => node.op)).toEqual(['or', 'range'])
    expect(ids(root)).toEqual(['a', 'c', 'b'])
  })

  it('a filter dropped on a member of an or-group joins it, and on one of an and-group pairs up', () => {
    let root = groupWith(tree(range('a'), range('b'), range('c'), range('d')), 'b', 'a')
    const group = root.children[0]?.id ?? ''
    root = groupWith(root, 'c', 'b')
    expect(root.children.map((node) => node.op)).toEqual(['or', 'range'])
    expect(ids(root)).toEqual(['a', 'b', 'c', 'd'])
    expect(groupWith(root, 'a', 'c')).toBe(root)
    root = groupWith(joinBy(root, group, 'and'), 'd', 'b')
    const joined = root.children[0]
    expect(joined && isGroup(joined) && joined.children.map((node) => node.op)).toEqual(['range', 'or', 'range'])
    expect(ids(root)).toEqual(['a', 'b', 'd', 'c'])
  })

  it('a filter dropped into an inverted group is inverted with it', () => {
    let root = groupWith(tree(range('a'), range('b'), range('c')), 'b', 'a')
    root = invert(root, root.children[0]?.id ?? '')
    root = groupWith(root, 'c', 'b')
    const [node, ...rest] = root.children
    expect(rest).toEqual([])
    expect(node?.op === 'not' ? ids(tree(node.child)) : null).toEqual(['a', 'b', 'c'])
  })

  it('a group cannot be put into itself', () => {
    const root = groupWith(tree(range('a'), range('b')), 'a', 'b')
    const group = root.children[0]?.id ?? ''
    expect(groupWith(root, group, 'a')).toBe(root)
    expect(groupWith(root, 'a', 'a')).toBe(root)
  })

  it('an edited filter keeps id, place, maker and inversion', () => {
    const root = invert(tree(range('a', 'speed', 'w1'), range('b')), 'a')
    const edited = replace(root, 'a', { op: 'missing', column: 'speed' })
    expect(edited.children[0]).toEqual({
      op: 'not',
      id: 'a',
      child: { op: 'missing', column: 'speed', id: 'a', origin: 'w1' },
    })
  })

  it('joins the members of an inverted group too', () => {
    let root = groupWith(tree(range('a'), range('b')), 'a', 'b')
    const group = root.children[0]?.id ?? ''
    root = joinBy(invert(root, group), group, 'and')
    const node = find(root, group)
    expect(node?.op === 'not' ? node.child.op : null).toBe('and')
  })
})

describe('the filters of a widget', () => {
  const speed: WidgetFilter = { op: 'range', column: 'speed', min: '1', max: '5' }
  const delay: WidgetFilter = { op: 'range', column: 'delay', min: '2' }
  const not: WidgetFilter = { op: 'not', child: { op: 'one_of', column: 'origin', values: ['JFK'] } }

  it('come back as they were given', () => {
    const root = setWidgetFilters(tree(range('a')), 'w1', [speed, not, delay])
    expect(widgetFilters(root, 'w1')).toEqual([speed, not, delay])
    expect(root.children[0]).toEqual(range('a'))
  })

  it('keep id and place while a brush moves, also inside a group', () => {
    let root = setWidgetFilters(tree(range('a')), 'w1', [speed])
    const id = root.children[1]?.id ?? ''
    root = groupWith(root, id, 'a')
    const moved = setWidgetFilters(root, 'w1', [{ ...speed, max: '9' }])
    expect(ids(moved)).toEqual(['a', id])
    expect(moved.children).toHaveLength(1)
    expect(widgetFilters(moved, 'w1')).toEqual([{ ...speed, max: '9' }])
  })

  it('vanish with their group when cleared, and leave those of others alone', () => {
    let root = setWidgetFilters(tree(range('a')), 'w1', [speed, delay])
    root = setWidgetFilters(root, 'w2', [speed])
    const first = root.children[1]?.id ?? ''
    const second = root.children[2]?.id ?? ''
    root = setWidgetFilters(groupWith(root, first, second), 'w1', [])
    expect(widgetFilters(root, 'w2')).toEqual([speed])
    expect(widgetFilters(root, 'w1')).toEqual([])
    expect(root.children).toHaveLength(2)
  })

  it('do not change what the widget itself is filtered by', () => {
    const root = setWidgetFilters(tree(range('a')), 'w1', [speed])
    const moved = setWidgetFilters(root, 'w1', [{ ...speed, min: '4' }])
    expect(withoutOrigin(moved, 'w1')).toEqual(withoutOrigin(root, 'w1'))
    expect(withoutOrigin(moved, 'w2')).not.toEqual(withoutOrigin(root, 'w2'))
  })
})

function allNodes(node: Predicate): Predicate[] {
  if (isGroup(node)) return [node, ...node.children.flatMap(allNodes)]
  return node.op === 'not' ? [node, ...allNodes(node.child).slice(1)] : [node]
}

it('a filter added is the last step', () => {
  expect(ids(add(tree(range('a')), range('b')))).toEqual(['a', 'b'])
})

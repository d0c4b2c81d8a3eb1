/** Draws a 3D point plot: a cloud of points that is turned by mouse and keyboard. */
import type { Measure } from '../../api/arrow'
import { describeCoordinate } from '../../plot/bounds'
import { pointOf } from '../../plot/drag'
import { setAttributes, svg, svgText } from '../../plot/elements'
import { formatCount } from '../../plot/format'
import { Ground, onWheel } from '../../plot/ground'
import { drawLegend, type LegendEntry } from '../../plot/legend'
import { arrayOf, axisOf, numberOf } from '../../plot/measures'
import { groupLabels } from '../../plot/palette'
import { pictureOf } from '../../plot/picture'
import { stripOf } from '../../plot/strip'
import { Toolbar } from '../../plot/toolbar'
import { PlotView, type Measures } from '../../plot/view'
import type { TableData, WidgetContext, WidgetInput } from '../widget'
import { along, coloursOf, positionsOf, SIDES, ticksOf, type CloudSettings, type Place, type Side } from './cloud'
import { edgesOf, moved, Sight, START, type Edges, type Orbit } from './orbit'
import type { CloudScene } from './scene'

const TITLE = '3D point plot'
const NO_WEBGL = '3D needs WebGL, which this browser does not offer.'
const STEP = 6
const TOOLS_LEFT = 8

export class CloudView extends PlotView<CloudSettings> {
  private found: Measure | null = null
  private positions: Float32Array = new Float32Array(0)
  private scene: CloudScene | null = null
  private state: 'unasked' | 'loading' | 'ready' | 'impossible' = 'unasked'
  private destroyed = false
  private orbit: Orbit = START
  private readonly ground: Ground
  private readonly tools: Toolbar

  constructor(element: HTMLElement, context: WidgetContext<CloudSettings>) {
    super(element, context, TITLE)
    const { brushes, svg: paper, root, canvas } = this.frame
    this.ground = new Ground(brushes, paper, {
      class: 'plot-catch plot-orbit', role: 'application',
      'aria-label': 'View: arrow keys turn it, plus and minus zoom, Home goes back to the start',
    }, {
      press: (from) => {
        const before = this.orbit
        return {
          move: (to, far) => { if (far) this.look(moved(before, (from.x - to.x) * 0.5, (to.y - from.y) * 0.4)) },
          end: (_to, _far, cancelled) => { if (cancelled) this.look(before) },
        }
      },
      key: (event) => { this.key(event) },
    })
    onWheel(paper, (event) => { this.look(moved(this.orbit, 0, 0, Math.exp(-event.deltaY / 600))) })
    paper.addEventListener('pointermove', (event) => { this.hover(event) })
    paper.addEventListener('pointerleave', () => { this.frame.tooltip.hide() })
    canvas.addEventListener('webglcontextlost', (event) => { event.preventDefault() })
    canvas.addEventListener('webglcontextrestored', () => { setTimeout(() => { this.redraw() }) })
    this.tools = new Toolbar(root, '3D point plot tools')
    const action = (shape: Parameters<Toolbar['action']>[0], name: string, next: () => Orbit): void => {
      this.tools.action(shape, name, () => { this.look(next()) })
    }
    action('left', 'Turn left', () => moved(this.orbit, -15, 0))
    action('right', 'Turn right', () => moved(this.orbit, 15, 0))
    action('in', 'Zoom in', () => moved(this.orbit, 0, 0, 1.3))
    action('out', 'Zoom out', () => moved(this.orbit, 0, 0, 1 / 1.3))
    action('reset', 'First view', () => START)
  }

  summary(): string {
    const { found } = this
    if (!found) return ''
    const [x, y, z] = SIDES.map((side) => axisOf(found, side).column) as [string, string, string]
    const [sampled, inside, selected] = ['sampled', 'inside', 'selected'].map((name) => numberOf(found, name)) as Place
    const part = sampled < inside ? `a sample of ${formatCount(sampled)} of ${formatCount(inside)} rows` : `${formatCount(inside)} rows`
    const without = selected - inside
    return [`${z} by ${x} and ${y}`, part, ...(without ? [`${formatCount(without)} without a place`] : [])].join(' · ')
  }

  table(): TableData {
    const { found, input } = this
    if (!found || !input) return { columns: [], rows: [] }
    const labels = groupLabels(input.colour)
    const group = arrayOf(found, 'colour')
    const coloured = input.colour ? [input.colour.column] : []
    return {
      columns: [...SIDES.map((side) => axisOf(found, side).column), ...coloured],
      rows: Array.from(group, (its, i) => [
        ...SIDES.map((side) => this.text(found, side, i)), ...(input.colour ? [labels[Number(its)] ?? ''] : []),
      ]),
    }
  }

  override image(format: 'png' | 'svg'): Promise<Blob> {
    // A drawn picture is only there until the browser has shown it.
    this.renderScene()
    return pictureOf(this.frame, TITLE, this.summary(), format)
  }

  override resize(width: number, height: number): void {
    this.frame.resize(width, height)
    this.scene?.resize(this.frame.width, this.frame.height)
    this.redraw()
  }

  override destroy(): void {
    this.destroyed = true
    this.scene?.dispose()
    this.scene = null
    super.destroy()
  }

  protected draw(input: WidgetInput<CloudSettings>, data: Measures): void {
    const { frame, palette } = this
    frame.clear()
    this.found = data.cloud ?? null
    const { found, scene } = this
    const shown = scene !== null && found !== null && this.state === 'ready'
    this.ground.place([0, frame.width], [frame.height, 0])
    setAttributes(this.ground.element, { visibility: shown ? null : 'hidden' })
    this.tools.element.hidden = !shown
    if (!found) {
      frame.say('Choose the columns in the settings.')
      return
    }
    if (!scene || this.state !== 'ready') {
      frame.say(this.state === 'impossible' ? NO_WEBGL : 'Preparing the view…')
      void this.load()
      return
    }
    this.positions = positionsOf(found)
    scene.setPoints(this.positions, coloursOf(found, palette.groups, palette.accent))
    this.tools.place(TOOLS_LEFT, 2)
    this.drawAround(input, found)
  }

  /** Loads the scene once; where the browser cannot show it, the sentence stays. */
  private async load(): Promise<void> {
    if (this.state !== 'unasked') return
    this.state = 'loading'
    try {
      const { CloudScene } = await import('./scene')
      if (this.destroyed) return
      if (!hasWebGl()) throw new Error(NO_WEBGL)
      this.scene = new CloudScene(this.frame.canvas)
      this.scene.resize(this.frame.width, this.frame.height)
      this.state = 'ready'
    } catch {
      this.state = 'impossible'
    }
    this.redraw()
  }

  private look(orbit: Orbit): void {
    this.orbit = orbit
    this.frame.tooltip.hide()
    const { input, found } = this
    if (!input || !found || !this.scene) return
    this.frame.clear()
    this.drawAround(input, found)
    this.frame.finish()
  }

  /** The walls, axes and legend as this orbit shows them, and the points. */
  private drawAround(input: WidgetInput<CloudSettings>, found: Measure): void {
    const edges = edgesOf(this.orbit)
    this.scene?.setWalls(this.walls(found, edges), this.palette.grid)
    const sight = this.sight()
    for (const side of SIDES) this.drawAxis(found, side, edges, sight)
    const entries: LegendEntry[] = (input.colour?.labels ?? []).map((name, i) => ({
      name, colour: this.palette.groups[i] ?? this.palette.accent,
    }))
    const top = stripOf(entries, this.frame, TOOLS_LEFT + this.tools.width)
    drawLegend(this.frame.picture, entries, top.right, top.y, top.room)
    this.renderScene()
  }

  private renderScene(): void {
    const { settings } = this.input ?? {}
    if (settings) this.scene?.render(this.orbit, settings.size_px, settings.opacity)
  }

  /** Grid lines on the three walls behind the points, at the ticks. */
  private walls(found: Measure, { back }: Edges): [Place, Place][] {
    const at = (side: Side): number[] => {
      const axis = axisOf(found, side)
      const inner = ticksOf(axis).map((tick) => along(axis, tick.at))
      return [-1, ...inner, 1].map((place) => (side === 'y' ? -place : place))
    }
    const [bx, by, bz] = back
    return [
      ...at('x').flatMap((x): [Place, Place][] => [[[x, by, -1], [x, by, 1]], [[x, -1, bz], [x, 1, bz]]]),
      ...at('z').flatMap((y): [Place, Place][] => [[[-1, y, bz], [1, y, bz]], [[bx, y, -1], [bx, y, 1]]]),
      ...at('y').flatMap((z): [Place, Place][] => [[[-1, by, z], [1, by, z]], [[bx, -1, z], [bx, 1, z]]]),
    ]
  }

  private sight(): Sight {
    return new Sight(this.orbit, this.frame.width, this.frame.height)
  }

  private drawAxis(found: Measure, side: Side, edges: Edges, sight: Sight): void {
    const { width, height, picture } = this.frame
    const axis = axisOf(found, side)
    const [from, to] = edges[side]
    const [start, end] = [sight.see(from), sight.see(to)]
    const length = Math.hypot(end.x - start.x, end.y - start.y)
    // Away from the middle of the cube, as it is seen.
    const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }
    const [dx, dy] = [middle.x - width / 2, middle.y - height / 2]
    const across = Math.hypot(end.y - start.y, end.x - start.x) || 1
    let [nx, ny] = [(end.y - start.y) / across, -(end.x - start.x) / across]
    if (nx * dx + ny * dy < 0) [nx, ny] = [-nx, -ny]
    const anchor = nx > 0.4 ? 'start' : nx < -0.4 ? 'end' : 'middle'
    svg('line', { class: 'plot-axis-line', x1: start.x, y1: start.y, x2: end.x, y2: end.y, stroke: this.palette.muted }, picture)
    if (length < 34) return
    const ticks = ticksOf(axis)
    // A label for each tick while they have room, as the axis is seen.
    const step = Math.max(1, Math.ceil((ticks.length * 17) / length))
    for (const [i, { at, label }] of ticks.entries()) {
      const share = (along(axis, at) + 1) / 2
      const place = sight.see(from.map((part, i) => part + share * ((to[i] ?? 0) - part)) as Place)
      svg('line', { x1: place.x, y1: place.y, x2: place.x + nx * 4, y2: place.y + ny * 4, stroke: this.palette.muted }, picture)
      if (i % step === 0) svgText(picture, label, {
        class: 'plot-tick plot-halo', x: place.x + nx * 9, y: place.y + ny * 9 + 4, 'text-anchor': anchor,
      })
    }
    const out = anchor === 'middle' ? 28 : 46
    svgText(picture, axis.column, {
      class: 'plot-axis-title plot-halo', x: middle.x + nx * out, y: middle.y + ny * out + 4, 'text-anchor': anchor,
    }, 180)
  }

  private key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 5 * STEP : STEP
    const next: Record<string, Orbit> = {
      ArrowLeft: moved(this.orbit, -step, 0), ArrowRight: moved(this.orbit, step, 0),
      ArrowUp: moved(this.orbit, 0, step), ArrowDown: moved(this.orbit, 0, -step),
      '+': moved(this.orbit, 0, 0, 1.2), '-': moved(this.orbit, 0, 0, 1 / 1.2), Home: START,
    }
    const orbit = next[event.key]
    if (!orbit || event.altKey || event.ctrlKey || event.metaKey) return
    this.look(orbit)
    event.preventDefault()
    event.stopPropagation()
  }

  private text(found: Measure, side: Side, point: number): string {
    return describeCoordinate(axisOf(found, side), arrayOf(found, side)[point] as number)
  }

  private hover(event: PointerEvent): void {
    const { found, input, positions, frame } = this
    if (!found || !input || this.state !== 'ready' || event.buttons > 0) return
    const point = pointOf(event, frame.svg)
    const best = this.sight().nearest(positions, point, Math.max(6, input.settings.size_px + 2))
    if (best < 0) {
      frame.tooltip.hide()
      return
    }
    const group = arrayOf(found, 'colour')[best] as number
    const label = input.colour ? input.colour.labels[group] ?? '' : ''
    frame.tooltip.show(point.x, point.y, label || 'Row', SIDES.map((side) => ({
      name: axisOf(found, side).column, value: this.text(found, side, best),
      ...(side === 'x' ? { colour: this.palette.groups[group] ?? this.palette.accent } : {}),
    })))
  }
}

/** Whether a context can be had; it is given back at once. */
function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}

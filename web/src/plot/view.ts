/** What every plotted widget does alike: keeps its input, redraws, describes and saves itself. */
import type { Measure } from '../api/arrow'
import type {
  TableData,
  WidgetContext,
  WidgetFilter,
  WidgetInput,
  WidgetView,
} from '../widgets/widget'
import { Frame } from './frame'
import { readPalette, type Palette } from './palette'
import { pictureOf } from './picture'

export type Measures = Record<string, Measure>

export abstract class PlotView<Settings> implements WidgetView<Settings> {
  protected readonly frame: Frame
  protected input: WidgetInput<Settings> | null = null
  protected palette: Palette = {
    groups: [], series: [], ground: '', grid: '', accent: '', card: '', ink: '', muted: '',
  }
  private said = ''

  constructor(
    element: HTMLElement,
    protected readonly context: WidgetContext<Settings>,
    private readonly title: string,
  ) {
    this.frame = new Frame(element, title)
  }

  abstract summary(): string
  abstract table(): TableData
  protected abstract draw(input: WidgetInput<Settings>, data: Measures): void

  update(input: WidgetInput<Settings>): void {
    this.input = input
    this.palette = readPalette(this.frame.root, input.colour, input.theme)
    this.redraw()
  }

  resize(width: number, height: number): void {
    this.frame.resize(width, height)
    this.redraw()
  }

  destroy(): void {
    this.frame.destroy()
  }

  image(format: 'png' | 'svg'): Promise<Blob> {
    return pictureOf(this.frame, this.title, this.summary(), format)
  }

  /** Draws again from the input at hand. */
  protected redraw(): void {
    if (!this.input?.data || !this.frame.drawable) return
    this.draw(this.input, this.input.data)
    this.frame.finish()
    const summary = this.summary()
    if (summary === this.said) return
    this.said = summary
    this.frame.describe(`${this.title}: ${summary}`)
    this.context.changed()
  }

  /** The measure of a name; undefined before the first answer. */
  protected measure(name: string): Measure | undefined {
    return this.input?.data?.[name]
  }

  /** Sends this widget's filters; what is drawn before the host answers knows them already. */
  protected filter(filters: WidgetFilter[], phase: 'move' | 'end'): void {
    if (this.input) this.input = { ...this.input, filters }
    this.context.setFilters(filters, phase)
  }
}

/** Makes the pictures of a report with the code that downloads a single one. */
import type { Schemas } from '../../api/client'
import type { Problem } from '../../api/arrow'
import type { TableData } from '../../widgets/widget'
import type { PlacedWidget } from '../state/document'
import { pictureOf, shortTable, type Picture, type Remark, type ReportedWidget } from './report'

/** What a card on the page tells of its widget. */
export interface DrawnCard {
  told(): { kind: string; title: string; subtitle: string }
  table(): TableData
  image(format: 'png'): Promise<Blob> | null
}

/** The person does not want it any more. */
export class Cancelled extends Error {}

export interface Making {
  cardOf(id: string): DrawnCard | undefined
  /** What is wrong with a widget's answer. */
  errorOf(id: string): Problem | null
  commentsOf(id: string): Remark[]
  /** Called before each picture. */
  progress(done: number): void
  cancelled(): boolean
}

export function remarkOf({ title, text, author, changed_at: at }: Schemas['CommentInfo'], about = ''): Remark {
  return { about, title, text, author, at }
}

/** Every widget with its picture, one after the other. Throws `Cancelled`, or an error that names the widget. */
export async function drawAll(widgets: PlacedWidget[], making: Making): Promise<ReportedWidget[]> {
  const made: ReportedWidget[] = []
  for (const widget of widgets) {
    making.progress(made.length)
    if (making.cancelled()) throw new Cancelled()
    made.push(await drawn(widget, making))
  }
  if (making.cancelled()) throw new Cancelled()
  return made
}

async function drawn(widget: PlacedWidget, making: Making): Promise<ReportedWidget> {
  const card = making.cardOf(widget.id)
  if (!card) throw new Error(`“${widget.name ?? widget.kind}” is not on the page any more. Make the report again.`)
  const told = card.told()
  const error = making.errorOf(widget.id)
  const picture = error ? null : await pictureFrom(card, told.title)
  const table = error ? null : shortTable(card.table())
  return {
    ...told,
    picture,
    note: error ? `${error.title}: ${error.detail}` : picture || table ? '' : 'There was nothing to draw.',
    table,
    configuration: widget,
    comments: making.commentsOf(widget.id),
  }
}

async function pictureFrom(card: DrawnCard, title: string): Promise<Picture | null> {
  try {
    const image = await card.image('png')
    return image && pictureOf(new Uint8Array(await image.arrayBuffer()))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The picture of “${title}” could not be made: ${why} Leave this widget out, or try again.`, {
      cause: error,
    })
  }
}

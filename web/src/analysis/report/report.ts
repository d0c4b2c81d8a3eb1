/** What a report says, however it is written down. */
import { count, counted, exactTime } from '../../ui'
import type { TableData } from '../../widgets/widget'
import { shownTable, type ShownTable } from '../../widgets/shown_table'
import type { Rule } from '../state/document'

/** Tables of more rows or columns are left to "view as table" and to downloads. */
const LONGEST_TABLE = 20
const WIDEST_TABLE = 8

/** A comment, with what it is about where that is not its place. */
export interface Remark {
  about: string
  title: string
  text: string
  author: string
  at: string
}

/** A PNG; `width` and `height` in CSS pixels. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  width: number
  height: number
}

export interface ReportedWidget {
  /** What its kind is called. */
  kind: string
  title: string
  subtitle: string
  picture: Picture | null
  /** Why there is no picture, or why it may be old. */
  note: string
  table: ShownTable | null
  /** Kind, name, settings and place, as links and layouts keep them. */
  configuration: object
  comments: Remark[]
}

export interface Step {
  filter: string
  /** The same without rounding; '' where nothing was rounded. */
  exactly: string
  samples: number
}

export interface Report {
  title: string
  notes: string
  madeAt: Date
  source: string
  project: string
  /** The address of the project's part of the API, without the server. */
  path: string
  dataVersion: number
  /** When the data changed last, in ISO 8601. */
  changedAt: string
  /** Selections and models in words. */
  scope: string
  models: string[]
  colour: string | null
  counts: { rows: number; samples: number; total_rows: number; total_samples: number }
  steps: Step[]
  rule: Rule
  address: string
  comments: Remark[]
  widgets: ReportedWidget[]
}

/** The table of a report: null when it is empty, or too large to be read. */
export function shortTable(table: TableData): ShownTable | null {
  const fits = table.rows.length <= LONGEST_TABLE && table.columns.length <= WIDEST_TABLE
  return fits && table.rows.length > 0 ? shownTable(table) : null
}

/** What the report is of: names and what is said of them. */
export function factsOf(report: Report): [name: string, text: string][] {
  const { counts } = report
  return [
    ['Project', `${report.project} (source ${report.source})`],
    ['Data', `version ${report.dataVersion}, changed ${exactTime(report.changedAt)}`],
    ['Made', exactTime(report.madeAt.toISOString())],
    ['Looked at', report.scope],
    ['Models', report.models.join(', ') || 'none'],
    ['Colour', report.colour ?? 'none'],
    [
      'Selected',
      `${count(counts.samples)} of ${counted(counts.total_samples, 'sample')}, ` +
        `${count(counts.rows)} of ${counted(counts.total_rows, 'row')}`,
    ],
  ]
}

/** Who wrote a comment and when. */
export const signature = ({ author, at }: Remark): string =>
  author === '' ? exactTime(at) : `${author}, ${exactTime(at)}`

export const ruleText = (report: Report): string => JSON.stringify(report.rule, null, 2)

/** How the rule is used again. */
export const ruleUse = ({ path }: Report): string =>
  `POST ${path}/selections with a name, and this as "rule", saves these samples as a selection.`

/** Width and height of a PNG that was drawn with two pixels for each one of the page. */
export function pictureOf(bytes: Uint8Array<ArrayBuffer>): Picture {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bytes, width: head.getUint32(16) / 2, height: head.getUint32(20) / 2 }
}

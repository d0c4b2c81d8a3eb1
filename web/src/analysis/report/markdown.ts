/** A report as Markdown, beside its pictures and configurations. */
import { count } from '../../ui'
import type { ShownTable } from '../../widgets/shown_table'
import { printable } from './markup'
import { factsOf, ruleText, ruleUse, signature, type Remark, type Report, type ReportedWidget } from './report'

/** Text on one line that Markdown takes as text. */
export function plain(text: string): string {
  return printable(text)
    .replace(/[ \t\n\v\f\u2028\u2029]+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]#|~$!@]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, '\\://')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}\\.`)
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

/** Paragraphs and line ends stay, all else is text. */
export const plainLines = (text: string): string =>
  printable(text)
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.split('\n').map(plain).filter(Boolean).join('\\\n'))
    .filter(Boolean)
    .join('\n\n')

/** An address in which nothing ends the link that it stands in. */
const target = (address: string): string =>
  printable(address).replace(/[<>()[\]"\\\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)

const row = (cells: string[]): string => `| ${cells.map(plain).join(' | ')} |`

function tableText({ columns, rows, numeric }: ShownTable): string {
  const line = `|${columns.map((_, at) => (numeric[at] ? '---:' : '---')).join('|')}|`
  return [row(columns), line, ...rows.map(row)].join('\n')
}

const remarkText = (remark: Remark): string =>
  [
    ...(remark.about === '' ? [] : [plain(remark.about)]),
    ...(remark.title === '' ? [] : [`#### ${plain(remark.title)}`]),
    plainLines(remark.text),
    plain(signature(remark)),
  ].join('\n\n')

function widgetText(widget: ReportedWidget, file: string): string {
  const address = target(encodeURIComponent(file))
  return [
    `## ${plain(widget.kind)} - ${plain(widget.title)}`,
    plain(widget.subtitle),
    plain(widget.note),
    `[Configuration](configurations/${address}.json)`,
    widget.picture ? `![${plain(widget.title)}](images/${address}.png)` : '',
    widget.table ? tableText(widget.table) : '',
    ...(widget.comments.length > 0 ? ['### Comments', ...widget.comments.map(remarkText)] : []),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** The text of `analysis.md`; `files` names the picture and configuration of each widget. */
export function reportMarkdown(report: Report, files: string[]): string {
  const filters: ShownTable = {
    columns: ['Filter', 'Samples that remain'],
    rows: [
      ['without filters', count(report.counts.total_samples)],
      ...report.steps.map(({ filter, exactly, samples }) => [
        exactly === '' ? filter : `${filter} (exactly: ${exactly})`,
        count(samples),
      ]),
      ['in the end', count(report.counts.samples)],
    ],
    numeric: [false, true],
  }
  return [
    `# ${plain(report.title)}`,
    plainLines(report.notes),
    factsOf(report).map(([name, text]) => `- ${name}: ${plain(text)}`).join('\n'),
    `[The analysis as it was](${target(report.address)})`,
    ...(report.comments.length > 0 ? ['## Comments', ...report.comments.map(remarkText)] : []),
    '## Filters',
    tableText(filters),
    ...report.widgets.map((widget, at) => widgetText(widget, files[at] ?? '')),
    '## Selection rule',
    plain(ruleUse(report)),
    '```json\n' + ruleText(report) + '\n```',
  ]
    .filter(Boolean)
    .join('\n\n') + '\n'
}

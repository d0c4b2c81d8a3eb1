/** A report as DebiAI's zip: Markdown, pictures and configurations, under the names it gives them. */
import { strToU8, zipSync, type Zippable } from 'fflate'
import { fileName } from '../../api/client'
import { reportMarkdown } from './markdown'
import type { Report, ReportedWidget } from './report'

/** File systems take names of 255 bytes; a letter takes up to four. */
const LONGEST_NAME = 50

const part = (text: string): string =>
  Array.from(fileName(text).replace(/[\s.]+/g, '-')).slice(0, LONGEST_NAME).join('') || '-'

/** `1_Point-plot_My-name`: its place, its kind, its name. */
export const fileOf = ({ kind, title }: ReportedWidget, at: number): string =>
  `${at + 1}_${part(kind)}_${part(title)}`

/** The bytes of the archive. */
export function reportZip(report: Report): Uint8Array<ArrayBuffer> {
  const files = report.widgets.map(fileOf)
  const json = (value: object): Uint8Array => strToU8(JSON.stringify(value, null, 2))
  const content: Zippable = {
    'analysis.md': strToU8(reportMarkdown(report, files)),
    'rule.json': json(report.rule),
  }
  for (const [at, { picture, configuration }] of report.widgets.entries()) {
    const file = files[at] ?? ''
    // A PNG is compressed already.
    if (picture) content[`images/${file}.png`] = [picture.bytes, { level: 0 }]
    content[`configurations/${file}.json`] = json(configuration)
  }
  return zipSync(content, { mtime: report.madeAt })
}

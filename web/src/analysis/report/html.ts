/** A report as one HTML file: no script, nothing from elsewhere. */
import { count } from '../../ui'
import type { ShownTable } from '../../widgets/shown_table'
import { Markup, markup, NOTHING } from './markup'
import { factsOf, ruleText, ruleUse, signature, type Picture, type Remark, type Report, type ReportedWidget } from './report'

const CHUNK = 0x8000

/** Nothing may be loaded or run, even if a text got past the escaping. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const STYLE = new Markup(`
:root { color-scheme: light; }
body { max-width: 1040px; margin: 0 auto; padding: 32px 24px; background: #fff; color: #14171f;
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 8px; font-size: 26px; line-height: 1.25; }
h2 { margin: 36px 0 2px; font-size: 18px; }
h3 { margin: 16px 0 2px; font-size: 15px; }
.notes, .remark p { white-space: pre-wrap; }
.muted { margin: 0 0 8px; color: #555b67; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 16px 0; }
dt { color: #555b67; }
dd { margin: 0; }
table { margin: 8px 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; border: 1px solid #d5d9e0; text-align: left; vertical-align: top; }
th { background: #f3f4f7; }
.number { text-align: right; }
figure { margin: 8px 0; }
img { max-width: 100%; height: auto; border: 1px solid #d5d9e0; border-radius: 6px; }
pre { padding: 12px; border: 1px solid #d5d9e0; border-radius: 6px; background: #f8f9fb;
  font-size: 13px; white-space: pre-wrap; }
.remark { margin: 8px 0; padding-left: 12px; border-left: 3px solid #d5d9e0; }
.remark p { margin: 0; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, tr, .remark { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`)

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

function tableMarkup({ columns, rows, numeric }: ShownTable, caption: string): Markup {
  const kind = (at: number): string => (numeric[at] ? 'number' : 'text')
  return markup`<table aria-label="${caption}"><thead><tr>${columns.map(
    (column, at) => markup`<th scope="col" class="${kind(at)}">${column}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => markup`<tr>${row.map((cell, at) => markup`<td class="${kind(at)}">${cell}</td>`)}</tr>`,
  )}</tbody></table>
`
}

function pictureMarkup({ bytes, width, height }: Picture, text: string): Markup {
  return markup`<figure><img src="data:image/png;base64,${base64(bytes)}" width="${width}" height="${height}" alt="${text}"></figure>
`
}

const remarkMarkup = (remark: Remark): Markup => markup`<div class="remark" dir="auto">
${remark.about === '' ? NOTHING : markup`<p class="muted">${remark.about}</p>`}
${remark.title === '' ? NOTHING : markup`<p><strong>${remark.title}</strong></p>`}
<p>${remark.text}</p><p class="muted">${signature(remark)}</p></div>
`

function widgetMarkup(widget: ReportedWidget): Markup {
  const told = widget.subtitle === '' ? widget.kind : `${widget.kind}: ${widget.subtitle}`
  return markup`<section><h2 dir="auto">${widget.title}</h2>
<p class="muted">${told}</p>
${widget.note === '' ? NOTHING : markup`<p>${widget.note}</p>`}
${widget.picture ? pictureMarkup(widget.picture, `${widget.title}, ${told}`) : NOTHING}
${widget.table ? tableMarkup(widget.table, `Figures of ${widget.title}`) : NOTHING}
${widget.comments.length === 0 ? NOTHING : markup`<h3>Comments</h3>${widget.comments.map(remarkMarkup)}`}
</section>
`
}

function stepsMarkup(report: Report): Markup {
  const { counts, steps } = report
  const all = markup`<tr><td>without filters</td><td class="number">${count(counts.total_samples)}</td></tr>`
  const end = markup`<tr><th scope="row">in the end</th><td class="number"><strong>${count(counts.samples)}</strong></td></tr>`
  return markup`<h2>Filters</h2>
<table><thead><tr><th scope="col">Filter</th><th scope="col" class="number">Samples that remain</th></tr></thead>
<tbody>${all}${steps.map(
    ({ filter, exactly, samples }) => markup`<tr><td>${filter}${
      exactly === '' ? NOTHING : markup`<br><span class="muted">exactly: ${exactly}</span>`
    }</td><td class="number">${count(samples)}</td></tr>`,
  )}${end}</tbody></table>
`
}

/** The whole document. */
export function reportHtml(report: Report): string {
  return markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.title}</title>
<style>${STYLE}</style></head>
<body><main>
<h1 dir="auto">${report.title}</h1>
${report.notes === '' ? NOTHING : markup`<p class="notes" dir="auto">${report.notes}</p>`}
<dl>${factsOf(report).map(([name, text]) => markup`<dt>${name}</dt><dd>${text}</dd>`)}
<dt>Page</dt><dd><a href="${report.address}">open the analysis as it was</a></dd></dl>
${report.comments.length === 0 ? NOTHING : markup`<h2>Comments</h2>${report.comments.map(remarkMarkup)}`}
${stepsMarkup(report)}
${report.widgets.map(widgetMarkup)}
<h2>Selection rule</h2>
<p class="muted">${ruleUse(report)}</p>
<pre tabindex="0" id="rule">${ruleText(report)}</pre>
</main></body></html>
`.text
}

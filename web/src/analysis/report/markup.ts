/** HTML in which everything is text unless it was made here. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | Markup[]

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text without the control characters that no document may hold; tabs and line ends stay. */
export const printable = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')

function written(part: Part): string {
  if (part instanceof Markup) return part.text
  if (Array.isArray(part)) return part.map(({ text }) => text).join('')
  return printable(String(part)).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

/** A template whose values are escaped. */
export function markup(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(texts.map((text, at) => text + (at < parts.length ? written(parts[at] ?? '') : '')).join(''))
}

export const NOTHING = new Markup('')

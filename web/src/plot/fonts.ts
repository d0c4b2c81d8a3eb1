/** The page's fonts inside a picture: an SVG that is drawn as an image can load nothing. */

/** `@font-face` rules, with the fonts in them, for the families and characters of a picture. */
export async function fontFaces(families: string, text: string): Promise<string> {
  const characters = new Set([...text].map((character) => character.codePointAt(0) ?? 0))
  const wanted = facesOfPage().filter(({ style }) => {
    const family = style.getPropertyValue('font-family').replace(/["']/g, '')
    return families.includes(family) && covers(style.getPropertyValue('unicode-range'), characters)
  })
  return (await Promise.all(wanted.map(embedded))).join('\n')
}

function facesOfPage(): { style: CSSStyleDeclaration; base: string }[] {
  return [...document.styleSheets].flatMap((sheet) => {
    // The rules of a sheet from elsewhere, such as an extension's, cannot be read.
    const own = sheet.href === null || sheet.href.startsWith(window.location.origin)
    const rules = own ? [...sheet.cssRules] : []
    const base = sheet.href ?? document.baseURI
    return rules.flatMap((rule) =>
      rule instanceof CSSFontFaceRule && rule.style.getPropertyValue('font-style') !== 'italic'
        ? [{ style: rule.style, base }] : [])
  })
}

/** Whether a `unicode-range` has any of the characters; one that is absent has all. */
function covers(range: string, characters: Set<number>): boolean {
  if (range === '') return true
  return range.split(',').some((part) => {
    const [, first = '', last = first] = /U\+([0-9a-f?]+)(?:-([0-9a-f]+))?/i.exec(part) ?? []
    const low = parseInt(first.replace(/\?/g, '0'), 16)
    const high = parseInt(last.replace(/\?/g, 'f'), 16)
    return [...characters].some((character) => character >= low && character <= high)
  })
}

async function embedded({ style, base }: { style: CSSStyleDeclaration; base: string }): Promise<string> {
  const [, file = ''] = /url\(["']?([^"')]+)["']?\)/.exec(style.getPropertyValue('src')) ?? []
  const answer = await fetch(new URL(file, base))
  const data = await dataUrl(await answer.blob())
  const kept = ['font-family', 'font-style', 'font-weight', 'font-stretch', 'unicode-range']
    .map((name) => [name, style.getPropertyValue(name)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value};`)
  return `@font-face{${kept.join('')}src:url("${data}") format("woff2");}`
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => { done(String(reader.result)) }
    reader.onerror = () => { fail(reader.error ?? new Error('A font could not be read.')) }
    reader.readAsDataURL(blob)
  })
}

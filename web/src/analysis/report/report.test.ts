import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { fileOf, reportZip } from './archive'
import { reportHtml } from './html'
import { Cancelled, drawAll, type DrawnCard, type Making } from './making'
import { plain, plainLines, reportMarkdown } from './markdown'
import { pictureOf, shortTable, type Report, type ReportedWidget } from './report'

const HOSTILE = '"><img src=x onerror=alert(1)></title><script>alert(2)</script>&amp;\u0000'

/** The head of a PNG of 40 × 20 pixels. */
function png(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(24)
  bytes.set([137, 80, 78, 71, 13, 10, 26, 10])
  bytes.set([0, 0, 0, 40, 0, 0, 0, 20], 16)
  return bytes
}
const widget = (changed: Partial<ReportedWidget> = {}): ReportedWidget => ({
  kind: 'Point plot',
  title: 'Fast ones',
  subtitle: 'speed × error, 12 rows',
  picture: pictureOf(png()),
  note: '',
  table: shortTable({ columns: ['speed', 'rows'], rows: [['slow', 1234567], [null, 2]] }),
  configuration: { kind: 'point_plot', settings: { x: 'speed' } },
  comments: [],
  ...changed,
})
const report = (changed: Partial<Report> = {}): Report => ({
  title: 'Drives',
  notes: 'one\ntwo',
  madeAt: new Date('2026-11-28T12:00:00Z'),
  source: 'local',
  project: 'drives',
  path: '/api/v2/projects/local/drives',
  dataVersion: 7,
  changedAt: '2026-11-27T08:00:00Z',
  scope: 'in Night; with results of net',
  models: ['net'],
  colour: 'weather',
  counts: { rows: 24, samples: 12, total_rows: 6000, total_samples: 3000 },
  steps: [{ filter: 'speed 1.23–4', exactly: 'speed 1.2345–4', samples: 12 }],
  rule: {
    selections: ['s1'], combine: 'intersection', models: ['m1'], results: 'intersection', models_as: 'rows', filters: null,
  },
  address: 'http://127.0.0.1:3000/p/local/drives/analysis#z.abc_-',
  comments: [],
  widgets: [widget()],
  ...changed,
})
const everywhere = (text: string): Report =>
  report({
    title: text, notes: text, project: text, path: text, source: text, scope: text, models: [text], colour: text,
    steps: [{ filter: text, exactly: text, samples: 1 }],
    address: `http://127.0.0.1/${text}`,
    comments: [{ about: text, title: text, text, author: text, at: '2026-11-28T12:00:00Z' }],
    widgets: [
      widget({
        kind: text, title: text, subtitle: text, note: text,
        table: shortTable({ columns: [text], rows: [[text]] }),
        configuration: { name: text },
        comments: [{ about: '', title: text, text, author: '', at: '2026-11-28T12:00:00Z' }],
      }),
    ],
  })

const parsed = (text: string): Document => new DOMParser().parseFromString(text, 'text/html')

describe('the HTML report', () => {
  it('says project, data, filters with what remains, colour, models, address and rule', () => {
    const page = parsed(reportHtml(report()))
    const text = page.body.textContent
    for (const said of ['drives (source local)', 'version 7', 'in Night; with results of net', 'weather', 'net',
      '12 of 3000 samples, 24 of 6000 rows', 'speed 1.23–4', 'exactly: speed 1.2345–4']) {
      expect(text.replaceAll('\u202f', '')).toContain(said)
    }
    expect(JSON.parse(page.querySelector('#rule')?.textContent ?? '')).toEqual(report().rule)
    expect(page.querySelector('a')?.getAttribute('href')).toBe(report().address)
  })

  it('shows each widget by the name that the person gave it, with picture and figures (E12)', () => {
    const page = parsed(reportHtml(report()))
    const section = page.querySelector('section')
    expect(section?.querySelector('h2')?.textContent).toBe('Fast ones')
    expect(section?.querySelector('p')?.textContent).toBe('Point plot: speed × error, 12 rows')
    const image = section?.querySelector('img')
    expect([image?.getAttribute('width'), image?.getAttribute('height')]).toEqual(['20', '10'])
    const data = atob(image?.getAttribute('src')?.split('base64,')[1] ?? '')
    expect(Uint8Array.from(data, (letter) => letter.charCodeAt(0))).toEqual(png())
    expect(section?.querySelectorAll('td.number')[0]?.textContent.replaceAll('\u202f', '')).toBe('1234567')
  })

  it('takes every name, note and comment as text', () => {
    const text = reportHtml(everywhere(HOSTILE))
    const page = parsed(text)
    expect(page.querySelectorAll('script, img:not([src^="data:image/png;base64,"])')).toHaveLength(0)
    expect([...page.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'))).toEqual([])
    expect(page.querySelector('h1')?.textContent).toBe(HOSTILE.replace('\u0000', ''))
    expect(text).not.toContain('\u0000')
  })

  it('lets the browser load and run nothing', () => {
    const text = reportHtml(report())
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<title>'))
    expect(text).toContain("default-src 'none'; img-src data:")
    expect(text).not.toMatch(/<script|<link|@import|url\(/)
  })
})

describe('the Markdown of the zip', () => {
  it('takes signs of Markdown and HTML as text', () => {
    expect(plain('*a* _b_ [c](d) `e` <f> & # | ~ \\ ![g]')).toBe(
      '\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` &lt;f&gt; &amp; \\# \\| \\~ \\\\ \\!\\[g\\]',
    )
    expect(['- a', '+ a', '1. a', '12) a', '===', '1.5'].map(plain)).toEqual(
      ['\\- a', '\\+ a', '1\\. a', '12\\) a', '\\===', '1\\.5'],
    )
    expect(plain('1\u202f234   rows\n# x')).toBe('1\u202f234 rows \\# x')
    expect(plain('http://a www.b')).toBe('http\\://a www\\.b')
    expect(plainLines('# a\n    b\n\n\n- c\r\nd')).toBe('\\# a\\\nb\n\n\\- c\\\nd')
  })

  it('holds no tag, link or picture but its own', () => {
    const files = [fileOf(everywhere(HOSTILE).widgets[0] as ReportedWidget, 0)]
    const text = reportMarkdown(everywhere(`${HOSTILE} [x](javascript:y) ![p](q)`), files)
    const outside = text.slice(0, text.indexOf('```json'))
    expect(outside).not.toMatch(/<|(?<!\\)`/)
    const links = [...outside.matchAll(/(?<!\\)\]\(([^)]*)/g)].map(([, target]) => target)
    expect(links.map((target) => target?.split('/')[0])).toEqual(['http:', 'configurations', 'images'])
  })

  it('writes the rule so that it is read again', () => {
    const text = reportMarkdown(report(), ['1_a_b'])
    expect(JSON.parse(text.split('```json\n')[1]?.split('\n```')[0] ?? '')).toEqual(report().rule)
  })
})

describe('the zip', () => {
  it('holds what the peer names so: analysis.md, images and configurations', () => {
    const found = unzipSync(reportZip(report({ widgets: [widget(), widget({ picture: null })] })))
    expect(Object.keys(found).sort()).toEqual([
      'analysis.md', 'configurations/1_Point-plot_Fast-ones.json', 'configurations/2_Point-plot_Fast-ones.json',
      'images/1_Point-plot_Fast-ones.png', 'rule.json',
    ])
    expect(found['images/1_Point-plot_Fast-ones.png']).toEqual(png())
    expect(JSON.parse(strFromU8(found['configurations/1_Point-plot_Fast-ones.json'] as Uint8Array))).toEqual(widget().configuration)
  })

  it('gives no file a name that leaves its folder', () => {
    const names = ['../../etc/passwd', '..', 'C:\\a', 'é'.repeat(300), ''].map((title) => fileOf(widget({ title }), 0))
    for (const name of names) {
      expect(name).toMatch(/^1_Point-plot_[^/\\.:]+$/)
      expect(new TextEncoder().encode(name).length).toBeLessThan(230)
    }
  })
})

describe('figures beside a picture', () => {
  it('are there when they are few', () => {
    const rows = (many: number): number[][] => Array.from({ length: many }, (_, at) => [at])
    expect(shortTable({ columns: ['a'], rows: rows(20) })?.rows).toHaveLength(20)
    expect(shortTable({ columns: ['a'], rows: rows(21) })).toBeNull()
    expect(shortTable({ columns: ['a'], rows: [] })).toBeNull()
    expect(shortTable({ columns: Array.from('abcdefghi'), rows: [rows(9).flat()] })).toBeNull()
  })
})

describe('making the pictures', () => {
  const placed = (id: string) => ({ id, kind: 'point_plot', settings: {}, x: 0, y: 0, w: 4, h: 4 })
  const card = (image: DrawnCard['image']): DrawnCard => ({
    told: () => ({ kind: 'Point plot', title: 'Fast ones', subtitle: '12 rows' }),
    table: () => ({ columns: [], rows: [] }),
    image,
  })
  const making = (one: DrawnCard, changed: Partial<Making> = {}): Making => ({
    cardOf: () => one, errorOf: () => null, commentsOf: () => [], progress: () => undefined, cancelled: () => false, ...changed,
  })
  const good = card(() => Promise.resolve(new Blob([png()])))

  it('goes from widget to widget, and tells how far it is', async () => {
    const told: number[] = []
    const made = await drawAll([placed('a'), placed('b')], making(good, { progress: (done) => told.push(done) }))
    expect(told).toEqual([0, 1])
    expect(made.map(({ picture }) => picture?.width)).toEqual([20, 20])
  })

  it('stops when it is cancelled', async () => {
    let drawn = 0
    const counting = card(() => ((drawn += 1), Promise.resolve(new Blob([png()]))))
    await expect(drawAll([placed('a'), placed('b')], making(counting, { cancelled: () => drawn > 0 }))).rejects.toThrow(Cancelled)
    expect(drawn).toBe(1)
  })

  it('names the widget whose picture cannot be made', async () => {
    const bad = card(() => Promise.reject(new Error('no memory.')))
    await expect(drawAll([placed('a')], making(bad))).rejects.toThrow('The picture of “Fast ones” could not be made: no memory.')
  })

  it('says what is wrong with a widget in the place of its picture', async () => {
    const error = { type: 'x', title: 'No such column', status: 400, detail: 'There is no column “a”.' }
    const [made] = await drawAll([placed('a')], making(good, { errorOf: () => error }))
    expect(made?.picture).toBeNull()
    expect(made?.note).toBe('No such column: There is no column “a”.')
  })
})

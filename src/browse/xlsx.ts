import { Zip, ZipDeflate } from 'fflate'
import type { Column } from '../result.ts'
import { type Bytes, type FileSink, rowsOf, textOf } from './file.ts'

/** A sheet of Excel holds so many rows and so long a text; more rows go on the next sheet, a longer text is cut. */
const ROWS_MAX = 1_048_576
const TEXT_MAX = 32_767
const COLUMNS_MAX = 16_384
/** Digits that a number of Excel keeps; one with more is written as text, so that none is lost. */
const DIGITS_MAX = 15
const DAY_MS = 86_400_000
/** Excel counts days from here, and has no earlier ones that it counts rightly. */
const FIRST_DAY = Date.UTC(1899, 11, 30)
const FIRST_TRUE_DAY = Date.UTC(1900, 2, 1)

/** An Excel workbook (ECMA-376), written as the rows come. Numbers that Excel would round, and dates that it does not know, are text. */
export function xlsxSink(out: Bytes): FileSink {
  let columns: readonly Column[] = []
  let sheets = 0
  let rows = 0
  let sheet: ZipDeflate | undefined
  let waiting: Uint8Array[] = []
  let failed: Error | undefined
  const zip = new Zip((error, bytes) => {
    if (error) failed = error
    else waiting.push(bytes)
  })
  const flush = async () => {
    if (failed) throw failed
    const pieces = waiting
    waiting = []
    for (const piece of pieces) await out(piece)
  }
  const file = (name: string, text: string) => {
    const entry = new ZipDeflate(name, { level: 6 })
    zip.add(entry)
    entry.push(Buffer.from(text), true)
  }
  const begin = () => {
    sheet = new ZipDeflate(`xl/worksheets/sheet${++sheets}.xml`, { level: 6 })
    zip.add(sheet)
    sheet.push(Buffer.from(SHEET_HEAD + rowXml(columns.map(({ name }) => textCell(name)))))
    rows = 1
  }
  const endSheet = () => sheet?.push(Buffer.from(SHEET_TAIL), true)
  return {
    columns(told) {
      columns = told.slice(0, COLUMNS_MAX)
      begin()
      return flush()
    },
    async batch(batch) {
      let text = ''
      for (const row of rowsOf(batch)) {
        if (rows === ROWS_MAX) {
          sheet!.push(Buffer.from(text))
          text = ''
          endSheet()
          begin()
        }
        text += rowXml(columns.map((column, i) => cellXml(row[i], column)))
        rows++
      }
      if (text !== '') sheet!.push(Buffer.from(text))
      await flush()
    },
    async end() {
      endSheet()
      for (const [name, text] of frame(sheets)) file(name, text)
      zip.end()
      await flush()
    },
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const SHEET_HEAD = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
const SHEET_TAIL = '</sheetData></worksheet>'

const rowXml = (cells: readonly string[]): string => `<row>${cells.join('')}</row>`
const textCell = (text: string): string => `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`

function cellXml(cell: unknown, { type }: Column): string {
  const text = textOf(cell)
  if (text === undefined) return '<c/>'
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`
  if ((type === 'int' || type === 'float' || type === 'decimal') && isKept(text)) return `<c><v>${text}</v></c>`
  if (type === 'date' || type === 'timestamp') {
    const day = dayOf(text)
    if (day !== undefined) return `<c s="${type === 'date' ? 1 : 2}"><v>${day}</v></c>`
  }
  return textCell(text)
}

/** True for a number of which Excel loses no digit. */
function isKept(text: string): boolean {
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return false
  const digits = text.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '')
  return digits.length <= DIGITS_MAX || (String(Number(text)) === text && !/^-?\d+$/.test(text))
}

/** Days since Excel's first, of a date or a time without a zone; undefined for what it does not know or would round. */
function dayOf(text: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})0*)?)?$/.exec(text)
  if (!found) return undefined
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const ms = Number((found[7] ?? '').padEnd(3, '0'))
  const at = Date.UTC(year!, month! - 1, date, hour, minute, second, ms)
  return at < FIRST_TRUE_DAY ? undefined : (at - FIRST_DAY) / DAY_MS
}

/** As XML; what XML cannot hold is written as ECMA-376 says, `_x0000_`, and what already looks like that is kept apart from it. */
function escaped(text: string): string {
  const cut = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1).replace(/[\ud800-\udbff]$/, '')}…` : text
  return cut
    .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, (sign) => `_x${sign.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`)
    .toWellFormed()
    .replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
}

function frame(sheets: number): readonly (readonly [string, string])[] {
  const each = (make: (n: number) => string) => Array.from({ length: sheets }, (_, i) => make(i + 1)).join('')
  const type = (part: string, kind: string) =>
    `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`
  return [
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/styles.xml', 'styles')}${each((n) => type(`/xl/worksheets/sheet${n}.xml`, 'worksheet'))}</Types>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${RELS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each((n) => `<sheet name="Rows${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${RELS}">${each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      'xl/styles.xml',
      `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ],
  ]
}

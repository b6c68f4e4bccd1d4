/** A word of a question as it lies in its text. */
export type Piece = Readonly<{ word: string; start: number; end: number; digits: boolean }>

const CHARS_MAX = 2_000
const PIECES_MAX = 100

/** The words of a text in lower case without accents: how values and questions are held against each other. */
export const letters = (text: string): readonly string[] =>
  text
    .replace(/(\p{L})['’](\p{L})/gu, '$1$2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

/** The words of a question with their places. `O'Brien` is one word, and `Brien's` is `Briens`, which has the stem of `Brien`. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (const match of text.slice(0, CHARS_MAX).matchAll(/[\p{L}\p{N}\p{M}]+(?:['’]\p{L}+)*/gu)) {
    if (pieces.length >= PIECES_MAX) break
    const possessive = /['’]s$/i.exec(match[0])
    const raw = possessive ? match[0].slice(0, -2) : match[0]
    for (const word of letters(raw))
      pieces.push({ word, start: match.index, end: match.index + raw.length, digits: /^\p{N}+$/u.test(word) })
  }
  return pieces
}

/** Where text stands in quotation marks. */
export const quotesOf = (text: string): readonly (readonly [from: number, to: number])[] =>
  [...text.matchAll(/"[^"]{1,120}"|“[^”]{1,120}”|‘[^’]{1,120}’|`[^`]{1,120}`|(?<!\p{L})'[^']{1,120}'(?!\p{L})/gu)].map((match) => [
    match.index,
    match.index + match[0].length,
  ])

/** A word in the singular: less is cut than a search cuts, for `Engineer` and `Engineering` are different values. */
export function plainStem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  if (/(ss|us|is)$/.test(word)) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') ? word.slice(0, -1) : word
}

const small = new Set('of the and for de la du in on at a an to'.split(' '))

/** First letters of a name, with its small words and without: `uso` and `us` for `United States of`. None where there is but one. */
export function initialsOf(words: readonly string[]): readonly string[] {
  if (words.length > 7) return []
  const great = words.filter((word) => !small.has(word))
  return [words, great].map((some) => some.map((word) => word[0]!).join('')).filter((initials) => initials.length > 1)
}

const empty = new Set(
  (
    'a an the of in on at by for from to with without and or not no is are was were be been has have had do does did which what who whom whose where when why how ' +
    'many much all any each every both either that this these those there their its it as than then so if but i me my we our you your he she his her him they them ' +
    'list show give find tell return display name names number id ids count total average sum maximum minimum most least more less first last top also please can could ' +
    'between about into over under after before during per only one two three distinct different same other some'
  ).split(' '),
)

/** Words that are hardly ever a value by themselves unless they are marked as one. */
export const isEmptyWord = (word: string): boolean => empty.has(word) || word.length === 1

const groups: readonly (readonly string[])[] = (
  'january=jan february=feb march=mar april=apr june=jun july=jul august=aug september=sep=sept october=oct november=nov december=dec ' +
  'monday=mon tuesday=tue=tues wednesday=wed thursday=thu=thur=thurs friday=fri saturday=sat sunday=sun ' +
  'male=m=man=men=boy=boys female=f=woman=women=girl=girls yes=y=true=t no=n=false=f ' +
  'america=usa=us american=usa=us=unitedstates americans=usa=us=unitedstates usa=us=unitedstates=america britain=uk=unitedkingdom=greatbritain british=uk=unitedkingdom england=uk ' +
  'french=france german=germany spanish=spain italian=italy dutch=netherlands=holland japanese=japan chinese=china indian=india canadian=canada australian=australia ' +
  'brazilian=brazil mexican=mexico russian=russia swiss=switzerland swedish=sweden norwegian=norway danish=denmark finnish=finland polish=poland portuguese=portugal ' +
  'greek=greece turkish=turkey irish=ireland scottish=scotland welsh=wales austrian=austria belgian=belgium czech=czechrepublic=czechia hungarian=hungary ' +
  'argentine=argentina argentinian=argentina korean=korea=southkorea egyptian=egypt african=africa european=europe asian=asia ' +
  'postponed=post lefthanded=l righthanded=r left=l right=r junior=jr senior=sr doctor=dr mister=mr saint=st street=st avenue=ave north=n south=s east=e west=w ' +
  'kilogram=kg kilograms=kg meter=m metre=m hour=h hours=h active=a inactive=i'
)
  .split(' ')
  .map((group) => group.split('='))

const shortForms: ReadonlyMap<string, readonly string[]> = formsOf(groups)

/** Each word of a group to the others; only the first of a group finds its one-letter forms, and these find nothing. */
function formsOf(all: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  const forms = new Map<string, string[]>()
  for (const group of all) {
    for (const word of group) {
      if (word.length < 2) continue
      const others = group.filter((other) => other !== word)
      forms.set(word, [...(forms.get(word) ?? []), ...others])
    }
  }
  return forms
}

/** The ways in which a source may write a word of a question, where they are short or where the word is long. */
export const shortFor = (word: string): readonly string[] => shortForms.get(word) ?? shortForms.get(plainStem(word)) ?? []

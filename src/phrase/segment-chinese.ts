import { chineseNumber, plainNumber } from './numbers.ts'
import type { Piece } from './pieces.ts'
import type { Word } from './translate.ts'
import { vocabularyOf } from './vocabulary.ts'

const numeral = /^[零〇一二三四五六七八九十百千万亿两]+/
const months = 'January February March April May June July August September October November December'.split(' ')

/** Chinese taken apart by the longest word that fits; what is in no dictionary stays together as a name. Times with digits are put together. */
export function segmented(pieces: readonly Piece[]): readonly Word[] {
  const words: Word[] = []
  for (const piece of pieces) {
    const { text, from, to } = piece
    if (piece.kind === 'number') words.push({ gloss: plainNumber(text, 'zh'), kind: 'num', said: text, from, to })
    else if (piece.kind === 'quoted') words.push({ gloss: text.replace(/^「(.*)」$/u, '"$1"'), kind: 'quoted', said: text, from, to })
    else if (piece.kind === 'mark') words.push({ gloss: marks[text] ?? text, kind: 'mark', said: text, from, to })
    else if (/^\p{Script=Han}/u.test(text)) words.push(...runOf(piece, words.at(-1)))
    else words.push({ gloss: text, kind: 'name', said: text.toLowerCase(), from, to })
  }
  return spans(dated(multiplied(words)))
}
const marks: Readonly<Record<string, string>> = { '。': '.', '、': ',', '，': ',', '？': '?', '！': '!', '；': ';', '：': ':' }

function runOf({ text, from }: Piece, before: Word | undefined): readonly Word[] {
  const { turn, longest } = vocabularyOf('zh')
  const words: Word[] = []
  let name = ''
  const close = (at: number) => {
    if (name !== '') words.push({ gloss: name, kind: 'name', said: name, from: from + at - name.length, to: from + at })
    name = ''
  }
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    let length = Math.min(longest, rest.length)
    while (length > 0 && !turn(rest.slice(0, length))) length--
    const number = numeral.exec(rest)?.[0] ?? ''
    const behind = at === 0 && before?.kind === 'num' && /^[百千万亿]/.test(rest)
    if (number.length >= Math.max(1, length) && name === '' && (number !== '一' || length === 0) && !behind) {
      close(at)
      words.push({
        gloss: String(chineseNumber(number) ?? number),
        kind: 'num',
        said: number,
        from: from + at,
        to: from + at + number.length,
      })
      at += number.length
    } else if (length > 0 && !behind) {
      close(at)
      const entry = turn(rest.slice(0, length))!
      words.push({ gloss: entry.english, kind: entry.kind, said: rest.slice(0, length), from: from + at, to: from + at + length })
      at += length
    } else {
      name += text[at]!
      at++
    }
  }
  close(text.length)
  return words
}

/** `3万` is one number. */
function multiplied(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (const word of words) {
    const last = out.at(-1)
    const factor = word.kind === 'name' ? /^[百千万亿]+/.exec(word.said)?.[0] : undefined
    if (last?.kind === 'num' && factor) {
      out[out.length - 1] = { ...last, gloss: String(chineseNumber(last.said + factor) ?? last.gloss), to: last.to + factor.length }
      if (word.said.length > factor.length) {
        const rest = word.said.slice(factor.length)
        const entry = vocabularyOf('zh').turn(rest)
        out.push({ ...word, gloss: entry?.english ?? rest, kind: entry?.kind ?? 'name', said: rest, from: word.from + factor.length })
      }
    } else out.push(word)
  }
  return out
}

/** `2024年3月5日` is a day, `2024年` a year, `2024年第二季度` a quarter. */
function dated(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const next = words[i + 1]
    if (word.kind === 'num' && next?.said === '年' && /^(?:1[5-9]|20)\d\d$/.test(word.gloss)) {
      const [month, sign, day, end] = words.slice(i + 2, i + 6)
      const quarter = words[i + 2]
      if (month?.kind === 'num' && sign?.said === '月' && Number(month.gloss) <= 12) {
        const whole = day?.kind === 'num' && /^[日号]$/.test(end?.said ?? '')
        const last = whole ? end! : sign
        out.push({
          ...word,
          gloss: `${months[Number(month.gloss) - 1]!}${whole ? ` ${day.gloss},` : ''} ${word.gloss}`,
          kind: 'time',
          to: last.to,
        })
        i += whole ? 5 : 3
      } else if (quarter && /(?:quarter|half-year)$/.test(quarter.gloss) && /^(?:first|second|third|fourth)/.test(quarter.gloss)) {
        out.push({ ...word, gloss: `${quarter.gloss.replace('half-year', 'half')} of ${word.gloss}`, kind: 'time', to: quarter.to })
        i += 2
      } else {
        out.push({ ...word, kind: 'time', to: next.to })
        i++
      }
    } else if (word.kind === 'num' && next?.said === '月' && Number(word.gloss) <= 12) {
      out.push({ ...word, gloss: months[Number(word.gloss) - 1]!, kind: 'time', to: next.to })
      i++
    } else out.push(word)
  }
  return out
}

const units: Readonly<Record<string, string>> = {
  天: 'days',
  日: 'days',
  周: 'weeks',
  星期: 'weeks',
  月: 'months',
  个月: 'months',
  季度: 'quarters',
  年: 'years',
  小时: 'hours',
}
const named =
  /^(?:today|yesterday|tomorrow|the day before yesterday|(?:this|last|next) (?:week|month|quarter|year)|\d years ago|(?:first|second|third|fourth) (?:quarter|half-year))$/

/** `最近7天` is the last 7 days, `3周前` 3 weeks ago; what is a time by itself is marked as one. */
function spans(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word.said === '个' || word.said === '年' || /^[万千]$/.test(word.said)) {
      if (word.said === '年') out.push(word)
      continue
    }
    const at = words[i + 1]?.kind === 'num' ? i + 1 : i
    const number = words[at]
    const skip = words[at + 1]?.said === '个' ? 1 : 0
    const unit = number?.kind === 'num' ? units[words[at + 1 + skip]?.said ?? ''] : undefined
    const last = words[at + 1 + skip]
    if (unit && last && at > i && /^(?:最近|过去|近|前|后)$/.test(word.said)) {
      out.push({ ...word, gloss: `the ${word.said === '后' ? 'next' : 'last'} ${number!.gloss} ${unit}`, kind: 'time', to: last.to })
      i = at + 1 + skip
    } else if (unit && last && at === i && /^(?:前|之前|以前)$/.test(words[at + 2 + skip]?.said ?? '')) {
      out.push({ ...word, gloss: `${number!.gloss} ${unit} ago`, kind: 'time', to: words[at + 2 + skip]!.to })
      i = at + 2 + skip
    } else out.push(named.test(word.gloss) ? { ...word, kind: 'time' } : word)
  }
  return out
}

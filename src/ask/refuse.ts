import type { Answer, Choice } from '../answer.ts'
import type { Code } from '../error.ts'
import type { Candidate, Reading } from '../nl2sql/nl2sql.ts'
import { readPhrase } from '../phrase/phrase.ts'
import type { Answered, Asking } from './mode.ts'

const QUESTIONS_TOLD = 5

/** What an answer of the built-in engine says before it has any rows. */
export const blank = ({ asked, look }: Asking): Answer => ({
  status: 'refused',
  mode: 'built-in',
  source: look.source.name,
  question: asked.question,
  words: '',
  confidence: 0,
  used: [],
  columns: [],
  rows: 0,
  truncated: false,
  warnings: [],
  follow_ups: [],
})

export const refused = (asking: Asking, code: Code, words: string, more: Partial<Answer> = {}): Answered => ({
  answer: { ...blank(asking), code, words, ...more },
})

/** What a question is that asks for no rows; undefined for one that does. */
export function notAsked({ intent, language, candidates }: Reading, asking: Asking): Answered | undefined {
  switch (intent) {
    case 'write':
      return refused(
        asking,
        'question_writes',
        'This asks for a change, and answers only read. To change data use insert_rows, update_rows, delete_rows or the tools for tables: each shows first what it would do, and asks.',
      )
    case 'several':
      return refused(asking, 'question_many', 'These are several questions. Please ask one at a time.', {
        follow_ups: readPhrase(asking.asked.question, asking.today).questions.slice(0, QUESTIONS_TOLD),
      })
    case 'talk':
      return refused(
        asking,
        'question_unclear',
        'I answer questions about the data. Ask, for instance, how many there are of something, or for the newest ten.',
      )
    case 'empty':
      return refused(asking, 'question_empty', 'There is no question in this.')
    case 'read':
      return languages.has(language) || candidates.length > 0
        ? undefined
        : refused(
            asking,
            'question_language',
            'I do not know the language of this question. I read English, and common questions in Chinese, German, French and Spanish.',
          )
  }
}
const languages: ReadonlySet<string> = new Set(['en', 'zh', 'de', 'fr', 'es'])

/** Words that nothing answers to are named; they are the asker's own, so naming them tells nothing of what is hidden. */
export function unlinked({ unlinked: words }: Reading, asking: Asking): Answered {
  const named = words.slice(0, 5).map((word) => `"${word}"`)
  const where = `in ${asking.look.source.name}`
  const text =
    named.length === 0
      ? `I cannot say what this question asks for ${where}. Say it with the words of the data.`
      : `I do not know what ${listed(named)} ${named.length === 1 ? 'means' : 'mean'} ${where}, and would have to guess.`
  return refused(asking, 'question_unclear', text, { unlinked: words })
}

/** Two readings that come to different rows: the asker chooses. */
export function askBack(choices: readonly Candidate[], confidence: number, asking: Asking): Answered {
  const told = choicesOf(choices, asking)
  const words = `This can be read in ${told.length} ways: ${numbered(told)}. Which one is meant?`
  return { answer: { ...blank(asking), status: 'ask_back', words, confidence, choices: told } }
}

/** Nothing is sure enough to be said; what it may have meant can be chosen. */
export function unsure(guesses: readonly Candidate[], asking: Asking): Answered {
  const told = choicesOf(guesses, asking)
  if (told.length === 0)
    return refused(asking, 'question_unclear', `I cannot say what this question asks for in ${asking.look.source.name}.`)
  const words = `I am not sure enough what this question asks for. It may mean: ${numbered(told)}. Choose one, or say it with other words.`
  return refused(asking, 'question_unclear', words, { choices: told })
}

const choicesOf = (candidates: readonly Candidate[], { asked }: Asking): Choice[] =>
  candidates.map(({ says, sql }) => ({ question: `${asked.question} (${says})`, says, sql }))

const numbered = (choices: readonly Choice[]): string => choices.map(({ says }, i) => `${i + 1}) ${says}`).join('; ')

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

import type { Choice } from '../answer.ts'
import type { Turn } from './mode.ts'

/** The reading that a message means, where the turn before asked for one: by its question, by what it says, or by its number. */
export function choiceIn(message: string, before: Turn | undefined): Choice | undefined {
  const choices = before?.choices ?? []
  const text = message.trim().toLowerCase()
  const number = /^(?:option |number |#)?(\d)[.)]?$/.exec(text)?.[1]
  return (
    choices.find(({ question, says }) => question.toLowerCase() === text || says.toLowerCase() === text) ??
    (number === undefined ? undefined : choices[Number(number) - 1])
  )
}

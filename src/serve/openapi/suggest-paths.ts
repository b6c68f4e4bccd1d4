import { completeAnswer, exploreAnswer } from '../ask-suggest-routes.ts'
import type { Operation } from './paths.ts'

const tag = 'Chat'
const source = 'May be left out when you may use exactly one'

/** What may be asked, as the OpenAPI document tells it. */
export const suggestOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/ask/complete': {
    get: {
      tag,
      summary: 'What a half-typed question may become, best first',
      query: { q: 'What is typed so far', source, limit: '8 unless said, at most 10' },
      answer: completeAnswer,
    },
  },
  '/api/ask/explore': {
    get: {
      tag,
      summary: 'Questions to begin with, over what you may see, most useful first',
      query: { source, limit: '8 unless said, at most 20' },
      answer: exploreAnswer,
    },
  },
}

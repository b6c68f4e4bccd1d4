import type { Usage } from './conversation.ts'
import type { Provider } from './providers.ts'

/** US dollars for a million tokens. */
export type Price = Readonly<{ input: number; output: number }>

/** List prices by the beginning of a model's name, as the providers published them in November 2026; the longest beginning counts. */
const listed: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'claude-fable-5': [10, 50],
  'claude-opus-5-5': [4, 20],
  'claude-opus-5': [5, 25],
  'claude-sonnet-5': [2, 10],
  'claude-haiku-5-5': [0.1, 0.5],
  'claude-opus-4': [5, 25],
  'claude-sonnet-4': [3, 15],
  'claude-haiku-4-5': [1, 5],
  'claude-3-7-sonnet': [3, 15],
  'claude-3-5-sonnet': [3, 15],
  'claude-3-5-haiku': [0.8, 4],
  'claude-3-opus': [15, 75],
  'claude-3-haiku': [0.25, 1.25],
  'gpt-6-astra': [10, 50],
  'gpt-6-sol': [2, 10],
  'gpt-6-luna': [0.1, 0.5],
  'gpt-5.6-sol': [4, 20],
  'gpt-5.6-terra': [2, 12],
  'gpt-5.6-luna': [0.2, 1.2],
  'gpt-5-mini': [0.25, 2],
  'gpt-5-nano': [0.05, 0.4],
  'gpt-5': [1.25, 10],
  'gpt-4.1-mini': [0.4, 1.6],
  'gpt-4.1-nano': [0.1, 0.4],
  'gpt-4.1': [2, 8],
  'gpt-4o-mini': [0.15, 0.6],
  'gpt-4o': [2.5, 10],
  'gpt-4-turbo': [10, 30],
  'gpt-3.5-turbo': [0.5, 1.5],
  'glm-5': [1, 3.2],
  'glm-4.7': [0.6, 2.2],
  'glm-4.6': [0.6, 2.2],
}

/** What a model costs; undefined where nobody has said so. A model of one's own machine costs nothing. */
export function priceOf(provider: Provider, model: string, own: Price | undefined): Price | undefined {
  if (own) return own
  if (provider === 'local' || provider === 'ollama') return { input: 0, output: 0 }
  const names = Object.keys(listed).filter((name) => model === name || (model.startsWith(name) && /^[-@:]/.test(model.slice(name.length))))
  const best = names.sort((a, b) => b.length - a.length)[0]
  return best === undefined ? undefined : { input: listed[best]![0], output: listed[best]![1] }
}

/** Dollars for what an answer took. What a provider read from its cache costs a tenth, what it wrote there a quarter more. */
export const costOf = ({ input, output, cacheRead, cacheWritten }: Usage, price: Price): number =>
  ((input + cacheRead / 10 + cacheWritten * 1.25) * price.input + output * price.output) / 1_000_000

export const tokensOf = ({ input, output, cacheRead, cacheWritten }: Usage): number => input + output + cacheRead + cacheWritten

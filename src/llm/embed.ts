import { SluiceError } from '../error.ts'
import { openaiClient } from './openai.ts'
import { type Provider, providers } from './providers.ts'
import { passes, told } from './trouble.ts'

/** Whose vectors; `openai`, `zai`/`zhipu` and `local`/`ollama` have some, Claude has none. */
export type EmbedSetting = Readonly<{ provider: Provider; model?: string; apiKey?: string; baseUrl?: string; timeoutMs: number }>

/** Makes vectors of texts, in their order, all of one length. Throws the `model_…` codes. */
export interface Embedder {
  /** Tells vectors of one model from those of another. */
  readonly model: string
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>
}

const usual: Readonly<Partial<Record<Provider, string>>> = {
  openai: 'text-embedding-3-small',
  zai: 'embedding-3',
  zhipu: 'embedding-3',
  local: 'nomic-embed-text',
  ollama: 'nomic-embed-text',
}
const BATCH = 64
const ATTEMPTS_MAX = 3

/** Opens nothing before the first text. Throws `config_invalid` for a provider without vectors. */
export function openEmbedder(setting: EmbedSetting): Embedder {
  const { provider, apiKey = '', baseUrl, timeoutMs } = setting
  const about = providers[provider]
  const model = setting.model ?? usual[provider]
  if (model === undefined) throw new SluiceError('config_invalid', `${about.name} makes no vectors; use openai, zai or ollama.`)
  let opened: ReturnType<typeof openaiClient> | undefined
  const batch = async (texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    if (about.keyIn !== undefined && apiKey === '')
      throw new SluiceError('model_missing', `There is no key for the vectors of ${about.name}.`)
    opened ??= openaiClient({ apiKey: apiKey || 'none', baseUrl: baseUrl ?? about.baseUrl })
    const { client, troubleOf } = await opened
    for (let attempt = 1; ; attempt++) {
      try {
        const body = { model, input: [...texts], encoding_format: 'float' as const }
        const { data } = await client.embeddings.create(body, { signal, timeout: timeoutMs })
        return vectors(data, texts.length, about.name)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof SluiceError) throw error
        const trouble = troubleOf(error)
        if (!passes(trouble) || attempt === ATTEMPTS_MAX) throw told(trouble, about.name, model, timeoutMs)
        const { setTimeout: wait } = await import('node:timers/promises')
        await wait(Math.min(trouble.retryAfterMs ?? 500 * attempt, 10_000), undefined, { signal })
      }
    }
  }
  return {
    model: `${about.name} ${model}`,
    async embed(texts, signal) {
      const made: Float32Array[] = []
      for (let at = 0; at < texts.length; at += BATCH) made.push(...(await batch(texts.slice(at, at + BATCH), signal)))
      return made
    },
  }
}

function vectors(
  data: readonly Readonly<{ index: number; embedding: readonly number[] }>[],
  count: number,
  provider: string,
): Float32Array[] {
  const made = data?.map?.(({ embedding }) => Float32Array.from(embedding ?? [])) ?? []
  const length = made[0]?.length ?? 0
  const fits = made.length === count && length > 0 && made.every((one) => one.length === length && one.every(Number.isFinite))
  if (!fits) throw new SluiceError('model_unreadable', `${provider} answered vectors that cannot be read.`)
  return made
}

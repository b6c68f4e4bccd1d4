import { LLMock } from '@copilotkit/aimock'
import { type Ledger, type Llm, type LlmSetting, openLlm, type Provider } from '../../src/llm/llm.ts'

/** A double of the providers' APIs, which their own packages speak to, and our models opened on it. */
export type Doubles = Readonly<{
  mock: LLMock
  open(provider: Provider, more?: Partial<LlmSetting>, ledger?: Ledger): Llm
  stop(): Promise<void>
}>

export const KEY = 'sk-very-secret-0123456789'

/** Waits between attempts take no time, and are kept in `slept`. */
export async function openDoubles(slept: number[] = []): Promise<Doubles> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' })
  await mock.start()
  return {
    mock,
    open: (provider, more = {}, ledger) =>
      openLlm(
        {
          provider,
          apiKey: KEY,
          baseUrl: provider === 'claude' ? mock.url : `${mock.url}/v1`,
          temperature: 0,
          maxTokens: 1000,
          timeoutMs: 20_000,
          ...more,
        },
        ledger,
        {
          sleep: async (ms) => {
            slept.push(ms)
          },
          chance: () => 0.5,
        },
      ),
    stop: () => mock.stop(),
  }
}

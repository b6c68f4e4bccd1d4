/** The providers, by the names that the configuration knows; `zhipu` and `ollama` are other names of `zai` and `local`. */
export type Provider = 'claude' | 'openai' | 'zai' | 'zhipu' | 'local' | 'ollama'

type About = Readonly<{
  name: string
  wire: 'anthropic' | 'openai'
  baseUrl: string
  model: string
  /** The variable that holds a key where the configuration holds none; undefined where no key is needed. */
  keyIn: string | undefined
}>

const zai: About = {
  name: 'Zhipu',
  wire: 'openai',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4/',
  model: 'glm-4.7',
  keyIn: 'LLM_API_KEY',
}
const local: About = { name: 'Ollama', wire: 'openai', baseUrl: 'http://localhost:11434/v1/', model: 'llama3.2', keyIn: undefined }

/** What holds for each provider unless the configuration says otherwise. */
export const providers: Readonly<Record<Provider, About>> = {
  claude: {
    name: 'Claude',
    wire: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-sonnet-5-5',
    keyIn: 'ANTHROPIC_API_KEY',
  },
  openai: { name: 'OpenAI', wire: 'openai', baseUrl: 'https://api.openai.com/v1', model: 'gpt-6-sol', keyIn: 'OPENAI_API_KEY' },
  zai,
  zhipu: zai,
  local,
  ollama: local,
}

/** Models that think before they answer: thinking counts as output, and they take no temperature. */
export const thinks = (model: string): boolean =>
  /^claude-(?:fable|mythos|(?:sonnet|opus|haiku)-(?:[5-9]|\d\d)|opus-4-[78])|^(?:gpt-(?:[5-9]|\d\d)|o\d)/.test(model) &&
  !/chat-latest/.test(model)

/** Models that settings of former days name and providers have retired, with those of today that took their place. */
const successors: readonly (readonly [RegExp, string])[] = [
  [/^claude-(?:3[\w.-]*-|(?:instant|2)[\w.-]*)?haiku|^claude-instant/, 'claude-haiku-5-5'],
  [/^claude-3[\w.-]*-sonnet|^claude-2|^claude-sonnet-4/, 'claude-sonnet-5-5'],
  [/^claude-3[\w.-]*-opus|^claude-opus-4/, 'claude-opus-5-5'],
  [/^gpt-(?:3\.5|4o-mini|4\.1-mini|4\.1-nano)/, 'gpt-6-luna'],
  [/^gpt-4/, 'gpt-6-sol'],
  [/^glm-(?:3|4)(?:$|-)/, 'glm-4.7'],
]

/** What may be asked where a provider does not know a model any more; undefined where nothing is known. */
export const successorOf = (model: string): string | undefined => successors.find(([name, next]) => name.test(model) && next !== model)?.[1]

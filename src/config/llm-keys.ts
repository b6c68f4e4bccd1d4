import type { Key } from './keys.ts'

/** The model that the gateway itself may ask, and what it may cost. */
export const llmKeys: Readonly<Record<string, Key>> = {
  'llm.mode': {
    type: 'enum',
    values: ['lightweight', 'standalone', 'built-in'],
    doc: "Who writes SQL for a question: the client's own model, the one configured here, or the gateway's own engine, which needs neither key nor network. Unless said, a client over MCP uses its own, and everybody else the engine. `CHAT2SQL_MODE` overrides it.",
  },
  'llm.provider': {
    type: 'enum',
    values: ['claude', 'openai', 'zai', 'zhipu', 'local', 'ollama'],
    doc: 'Whose model it is. `LLM_PROVIDER` overrides it.',
  },
  'llm.model': { type: 'string', doc: 'Name of the model. `LLM_MODEL` overrides it.' },
  'llm.api_key': { type: 'string', secret: true, doc: 'Key of the provider. `LLM_API_KEY` overrides it.' },
  'llm.base_url': { type: 'string', doc: 'Address of the provider where it is not the usual one. `LLM_BASE_URL` overrides it.' },
  'llm.temperature': { type: 'number', default: 0, min: 0, max: 2, doc: '`LLM_TEMPERATURE` overrides it.' },
  'llm.max_tokens': {
    type: 'int',
    default: 4096,
    min: 1,
    max: 1000000,
    doc: 'Tokens of one answer at most. `LLM_MAX_TOKENS` overrides it.',
  },
  'llm.timeout_s': {
    type: 'number',
    default: 60,
    min: 1,
    max: 3600,
    doc: 'Seconds that one answer of the model may take, with all attempts. `LLM_TIMEOUT` overrides it.',
  },
  'llm.budget.tokens_per_day': {
    type: 'int',
    min: 1,
    max: 1e15,
    doc: 'Tokens, read and written, that one caller may have the model use in a day (UTC). Counted in each process. No bound unless said.',
  },
  'llm.budget.usd_per_day': {
    type: 'number',
    min: 0,
    max: 1e9,
    doc: 'US dollars that the model may cost for one caller in a day (UTC). Counted in each process. No bound unless said.',
  },
  'llm.price.input': {
    type: 'number',
    min: 0,
    max: 1e6,
    doc: "US dollars for a million tokens that the model reads, where the provider's list price does not hold or is not known.",
  },
  'llm.price.output': { type: 'number', min: 0, max: 1e6, doc: 'US dollars for a million tokens that the model writes.' },
  'llm.examples': {
    type: 'int',
    default: 3,
    min: 0,
    max: 20,
    doc: 'Verified questions of the query bank that the model is shown at most. `CHAT2SQL_MAX_EXAMPLES` overrides it, `CHAT2SQL_USE_EXAMPLES=false` makes it 0.',
  },
  'llm.rows_shown': {
    type: 'int',
    default: 20,
    min: 0,
    max: 200,
    doc: 'Rows of one statement that the model is shown at most, as the caller may see them; masked values stay masked. 0 lets names, types and comments leave the gateway, and no values.',
  },
  'llm.advise': {
    type: 'bool',
    default: false,
    doc: 'Whether the answer of the model also says what could make its statement faster. `CHAT2SQL_SUGGEST_OPTIMIZATIONS` overrides it.',
  },
}

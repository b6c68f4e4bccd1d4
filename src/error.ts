/**
 * Every way a call can fail, in one table. A code is never reused or given another meaning.
 * `mend` is who can mend it: an agent by another statement, a user by another credential or setting, an operator by
 * acting on the gateway or the source. `hint` is the next thing to do.
 */
const table = {
  // Who is calling
  credential_missing: {
    status: 401,
    mend: 'user',
    hint: 'Send `Authorization: Bearer <api key>`, or set SLUICE_API_KEY on the command line. `sluice key create` makes a key.',
  },
  credential_unknown: { status: 401, mend: 'user', hint: 'Check the API key. `sluice key list` shows the keys that exist.' },
  credential_expired: { status: 401, mend: 'user', hint: 'Ask for a new API key. `sluice key create` makes one.' },
  credential_revoked: { status: 401, mend: 'user', hint: 'This API key is not valid any more. Ask for a new one.' },
  credential_audience: { status: 401, mend: 'user', hint: 'Ask the authorisation server for a token whose audience is this gateway.' },
  credential_scope: { status: 403, mend: 'user', hint: 'Ask the authorisation server for a token with the scopes that the message names.' },
  issuer_unavailable: {
    status: 503,
    mend: 'operator',
    hint: 'Check `oidc.issuer` and `oidc.jwks_uri`, and whether the gateway can reach them.',
  },
  key_unknown: { status: 404, mend: 'user', hint: '`sluice key list` shows the keys that exist.' },
  // What may be used
  source_unknown: { status: 404, mend: 'agent', hint: 'Call list_sources and use one of its names.' },
  action_refused: { status: 403, mend: 'user', hint: 'Ask an administrator for a role that allows this action.' },
  tool_refused: { status: 403, mend: 'user', hint: 'Ask an administrator for a role that may use this tool.' },
  not_supported: { status: 400, mend: 'agent', hint: 'This kind of source cannot do that; the message says what it can.' },
  model_missing: {
    status: 501,
    mend: 'operator',
    hint: 'Configure a model (LLM_PROVIDER, LLM_API_KEY), or use the tools that need none: get_schema_for_llm, then execute_validated_sql.',
  },
  rate_limited: { status: 429, mend: 'agent', hint: 'Wait a little and send the same call again.' },
  concurrency_limited: { status: 429, mend: 'agent', hint: 'Wait until one of your running queries has ended.' },
  policy_invalid: { status: 400, mend: 'user', hint: 'Correct the roles at the lines that are named.' },
  policy_conflict: { status: 409, mend: 'user', hint: 'Look at the roles as they are now and put your change into those.' },
  // The model of language
  model_key_refused: { status: 502, mend: 'operator', hint: 'Check llm.api_key (LLM_API_KEY) and what the key may be used for.' },
  model_unknown: { status: 502, mend: 'operator', hint: 'Check llm.model (LLM_MODEL) and llm.base_url (LLM_BASE_URL).' },
  model_quota: { status: 503, mend: 'operator', hint: "Look at the account's credit and limits at the provider." },
  model_unavailable: {
    status: 503,
    mend: 'operator',
    hint: 'Check llm.base_url and whether the gateway can reach it, or try again later.',
  },
  model_busy: { status: 503, mend: 'agent', hint: 'Wait a little and ask again.' },
  model_timeout: { status: 504, mend: 'agent', hint: 'Ask for less, or ask again; llm.timeout_s says how long an answer may take.' },
  model_unreadable: { status: 502, mend: 'agent', hint: 'Ask again; if it happens often, another model may do better.' },
  model_refused: {
    status: 502,
    mend: 'operator',
    hint: 'Check llm.model, llm.temperature and llm.max_tokens against what the provider takes.',
  },
  model_declined: { status: 422, mend: 'user', hint: 'Ask in other words.' },
  model_too_long: { status: 413, mend: 'agent', hint: 'Ask a shorter question, or one about fewer tables.' },
  model_awaited: { status: 409, mend: 'agent', hint: 'Send the call again with what your model answered.' },
  model_budget: { status: 429, mend: 'user', hint: 'Ask again tomorrow, or ask an administrator to raise llm.budget.' },
  // The statement as text
  sql_empty: { status: 400, mend: 'agent', hint: 'Send one SQL statement.' },
  sql_too_large: { status: 413, mend: 'agent', hint: 'Send a shorter statement; put long lists into parameters or a join.' },
  sql_too_deep: { status: 400, mend: 'agent', hint: 'Nest less: use WITH queries or IN (…) instead of long chains.' },
  sql_character: { status: 400, mend: 'agent', hint: 'Remove NUL bytes and broken Unicode from the statement.' },
  sql_comment: { status: 400, mend: 'agent', hint: 'Remove executable or unusual comments; write `-- ` with a space.' },
  sql_syntax: { status: 400, mend: 'agent', hint: 'Correct the statement at the place that is named, in the dialect of the source.' },
  sql_too_slow: { status: 400, mend: 'agent', hint: 'The statement took too long to read. Send a simpler one.' },
  statement_many: { status: 400, mend: 'agent', hint: 'Send one statement at a time.' },
  parameter_count: { status: 400, mend: 'agent', hint: 'Send exactly one value for each placeholder.' },
  parameter_invalid: { status: 400, mend: 'agent', hint: 'Parameters are strings, numbers, booleans or null.' },
  // The statement as meaning
  statement_refused: { status: 403, mend: 'agent', hint: 'Only reading statements run here: SELECT, WITH, VALUES, EXPLAIN, SHOW.' },
  feature_refused: { status: 403, mend: 'agent', hint: 'Write the statement without this feature.' },
  function_refused: { status: 403, mend: 'agent', hint: 'Use a built-in function without side effects.' },
  function_unknown: { status: 400, mend: 'agent', hint: 'Use a function that the source has.' },
  table_unknown: { status: 404, mend: 'agent', hint: 'Call search_schema to find the tables that you may read.' },
  table_refused: { status: 403, mend: 'agent', hint: 'Call search_schema to find the tables that you may read.' },
  column_unknown: { status: 400, mend: 'agent', hint: 'Call describe_table to see the columns that you may read.' },
  // Changes
  change_refused: { status: 403, mend: 'agent', hint: 'Change what the message names, or ask for a role that may change it.' },
  change_invalid: { status: 400, mend: 'agent', hint: 'Correct the change as the message says; describe_table shows the columns.' },
  change_conflict: { status: 409, mend: 'agent', hint: 'Look at the rows as they are now and decide again.' },
  change_unknown: { status: 404, mend: 'agent', hint: 'Use the change_id that the applied change answered with.' },
  change_uncertain: {
    status: 502,
    mend: 'operator',
    hint: 'The source went away while committing. Look whether the change is there before trying again.',
  },
  confirmation_invalid: { status: 400, mend: 'agent', hint: 'Send the change again without a token to get a new preview and a new token.' },
  confirmation_expired: { status: 409, mend: 'agent', hint: 'Send the change again without a token to get a new preview and a new token.' },
  confirmation_used: {
    status: 409,
    mend: 'agent',
    hint: 'This change was applied already. Send it again without a token if it is wanted once more.',
  },
  constraint_violated: {
    status: 409,
    mend: 'agent',
    hint: 'A key, reference, check or NOT NULL of the table forbids this; correct the values.',
  },
  import_invalid: { status: 400, mend: 'user', hint: 'Correct the row that the message names; nothing was imported.' },
  // The query bank
  pair_unknown: { status: 404, mend: 'agent', hint: 'find_similar_queries and list_query_templates tell what there is.' },
  bank_full: { status: 409, mend: 'user', hint: 'Remove pairs that are not needed any more, with review_query and the verdict remove.' },
  // Saved queries
  query_unknown: { status: 404, mend: 'agent', hint: 'list_saved_queries tells which there are.' },
  queries_full: { status: 409, mend: 'user', hint: 'Remove saved queries that are not needed any more, with remove_saved_query.' },
  // Questions in plain language
  question_empty: { status: 400, mend: 'user', hint: 'Ask something about the data, for instance "How many customers are there?"' },
  question_too_long: { status: 413, mend: 'user', hint: 'Ask in a few sentences; what is to be looked through belongs into a source.' },
  question_language: {
    status: 400,
    mend: 'user',
    hint: 'Ask in English, or in a common form in Chinese, German, French or Spanish; other languages need a configured model.',
  },
  question_many: { status: 400, mend: 'user', hint: 'Ask one question at a time.' },
  question_writes: {
    status: 403,
    mend: 'agent',
    hint: 'Answers only read. Changes go through insert_rows, update_rows, delete_rows and the tools for tables, which show a preview first.',
  },
  question_unclear: {
    status: 400,
    mend: 'user',
    hint: 'Ask with the words of the data; search_schema tells what there is.',
  },
  question_costly: { status: 400, mend: 'user', hint: 'Ask for less: name a period, a group or a value.' },
  session_unknown: { status: 404, mend: 'user', hint: 'GET /api/chat/sessions lists your conversations.' },
  session_full: { status: 409, mend: 'user', hint: 'Begin a new conversation.' },
  // The source
  value_invalid: {
    status: 400,
    mend: 'agent',
    hint: 'A value does not fit its type or an operation has no result; correct the expression.',
  },
  query_timeout: { status: 504, mend: 'agent', hint: 'Ask for less: add a filter, aggregate, or raise timeout_ms if your role allows it.' },
  query_cancelled: { status: 499, mend: 'agent', hint: 'The caller cancelled this call; send it again if it is still wanted.' },
  result_too_large: { status: 413, mend: 'agent', hint: 'Ask for fewer rows or columns, or aggregate.' },
  source_busy: { status: 503, mend: 'agent', hint: 'The source has no free connection; try again shortly.' },
  source_unavailable: { status: 503, mend: 'operator', hint: 'The source does not answer. `sluice doctor` tells why.' },
  source_denied: { status: 502, mend: 'operator', hint: 'The database user of the source lacks a privilege. `sluice doctor` tells which.' },
  source_failed: { status: 502, mend: 'operator', hint: 'The source reported an error that Sluice does not know.' },
  // The request
  body_too_large: { status: 413, mend: 'user', hint: 'Send a smaller request.' },
  body_unreadable: { status: 400, mend: 'user', hint: 'Send one JSON object in UTF-8 with `Content-Type: application/json`.' },
  field_unknown: { status: 400, mend: 'user', hint: 'Remove the field or correct its name.' },
  field_missing: { status: 400, mend: 'user', hint: 'Add the field.' },
  field_invalid: { status: 400, mend: 'user', hint: 'Correct the value of the field.' },
  resource_unknown: { status: 404, mend: 'agent', hint: 'Call resources/list and use one of its addresses.' },
  prompt_unknown: { status: 404, mend: 'agent', hint: 'Call prompts/list and use one of its names.' },
  socket_refused: { status: 400, mend: 'user', hint: 'Send WebSocket messages as the documentation of /ws shows.' },
  tool_unknown: { status: 404, mend: 'agent', hint: 'Call tools/list and use one of its names.' },
  route_unknown: { status: 404, mend: 'user', hint: 'GET / lists the routes.' },
  method_refused: { status: 405, mend: 'user', hint: 'Use a method that the Allow header names.' },
  host_refused: { status: 403, mend: 'operator', hint: 'Add the host name to `server.allowed_hosts`.' },
  origin_refused: { status: 403, mend: 'operator', hint: 'Add the origin to `server.allowed_origins`.' },
  // The gateway
  not_synchronised: {
    status: 404,
    mend: 'operator',
    hint: 'Run `sluice catalog sync`, call sync_catalog, or set `catalog.sync_minutes`.',
  },
  registry_unavailable: {
    status: 503,
    mend: 'operator',
    hint: 'Check `registry` in the configuration, and whether its folder can be written or its PostgreSQL answers.',
  },
  config_invalid: { status: 500, mend: 'operator', hint: 'Correct the configuration file; `docs/configuration.md` lists every key.' },
  audit_unavailable: {
    status: 503,
    mend: 'operator',
    hint: 'Check the disk and `audit.path`; `sluice doctor` tells what is wrong.',
  },
  stopping: { status: 503, mend: 'agent', hint: 'The gateway is stopping; try again shortly.' },
  internal: { status: 500, mend: 'operator', hint: 'The gateway failed; the operator finds the details in its log.' },
} as const

export type Code = keyof typeof table
export type Mend = 'agent' | 'user' | 'operator'
export const codes = Object.keys(table) as Code[]
export const statusOf = (code: Code): number => table[code].status

type Details = Readonly<{ cause?: unknown; hint?: string; position?: number; retryAfterS?: number }>

/** The one error class. `message` is for people and never holds a secret, a parameter value or hidden data. */
export class SluiceError extends Error {
  readonly code: Code
  readonly hint: string
  /** Where in the caller's text, counted in UTF-16 units from 0, when the cause knows it. */
  readonly position: number | undefined
  /** Whole seconds after which the same call may well succeed, when the cause knows it. */
  readonly retryAfterS: number | undefined
  constructor(code: Code, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.name = 'SluiceError'
    this.code = code
    this.hint = details.hint ?? table[code].hint
    this.position = details.position
    this.retryAfterS = details.retryAfterS
  }
}

export type PublicError = Readonly<{
  code: Code
  status: number
  message: string
  mend: Mend
  hint: string
  position?: number
  retry_after_s?: number
  audit_id?: string
}>

/** A failure with our name: what the caller's leaving broke is the reason of the signal, whatever was made of it; the unknown is `internal`. */
export function named(caught: unknown, { aborted, reason }: AbortSignal): SluiceError {
  // Whoever has left must still learn that nobody knows whether the change is there.
  if (caught instanceof SluiceError && caught.code === 'change_uncertain') return caught
  if (aborted)
    return reason instanceof SluiceError ? reason : new SluiceError('query_cancelled', 'The call was cancelled.', { cause: caught })
  return caught instanceof SluiceError ? caught : new SluiceError('internal', 'The gateway could not finish this call.', { cause: caught })
}

/** What a client may see. Anything we did not name ourselves is `internal`, and says nothing. */
export function publicError(error: unknown, auditId?: string): PublicError {
  const known = error instanceof SluiceError ? error : new SluiceError('internal', 'The gateway could not finish this call.')
  const { status, mend } = table[known.code]
  return {
    code: known.code,
    status,
    message: known.message,
    mend,
    hint: known.hint,
    ...(known.position === undefined ? {} : { position: known.position }),
    ...(known.retryAfterS === undefined ? {} : { retry_after_s: known.retryAfterS }),
    ...(auditId === undefined ? {} : { audit_id: auditId }),
  }
}

/** The error table as data, for the generated page and the test that compares both. */
export const errorTable: Readonly<Record<Code, Readonly<{ status: number; mend: Mend; hint: string }>>> = table

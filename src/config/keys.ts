import { llmKeys } from './llm-keys.ts'

/**
 * What a value must be. `path` is relative to the configuration file; `place` is a path
 * or an address that starts with `postgres://`; `strings` is a list of strings; `rules` is one SQL predicate
 * or a list of them; `names` is one string or a list of them; `attribute` is a scalar or a list of scalars; `date` is an ISO date or time.
 */
export type KeyType =
  | 'string'
  | 'path'
  | 'place'
  | 'int'
  | 'number'
  | 'bool'
  | 'enum'
  | 'strings'
  | 'names'
  | 'enums'
  | 'rules'
  | 'attribute'
  | 'mask'
  | 'date'
  | 'hash'

/** One configuration key. `default` is what holds when the key is absent; secrets are never shown. */
export type Key = Readonly<{
  type: KeyType
  doc: string
  default?: string | number | boolean | readonly string[]
  required?: boolean
  secret?: boolean
  values?: readonly string[]
  min?: number
  max?: number
}>

/** Limits as they stand below `roles.*.sources.*.limits`, a key's own `limits` and the `limits` of everybody. */
const limitKeys = (prefix: string): Readonly<Record<string, Key>> => ({
  [`${prefix}.rows`]: { type: 'int', min: 1, max: 1000000000, doc: 'Rows of one answer at most.' },
  [`${prefix}.rows_default`]: {
    type: 'int',
    min: 1,
    max: 1000000000,
    doc: 'Rows for a call that does not say how many it wants. As many as `limits.rows` where only that is set.',
  },
  [`${prefix}.bytes`]: { type: 'int', min: 1, max: 1000000000000, doc: 'Bytes of one answer at most.' },
  [`${prefix}.seconds`]: { type: 'number', min: 0.001, max: 86400, doc: 'Seconds that one query may run.' },
  [`${prefix}.concurrent`]: { type: 'int', min: 1, max: 100000, doc: 'Queries at the same time.' },
  [`${prefix}.per_minute`]: { type: 'int', min: 1, max: 1000000000, doc: 'Queries in a minute, which slides.' },
  [`${prefix}.burst`]: {
    type: 'int',
    min: 1,
    max: 1000000000,
    doc: 'Queries that may come at once before they must keep to the pace of `per_minute`. As many as that where it is not said.',
  },
  [`${prefix}.rows_per_minute`]: { type: 'int', min: 1, max: 1000000000000, doc: 'Rows in a minute; once they are spent, calls wait.' },
  [`${prefix}.bytes_per_minute`]: {
    type: 'int',
    min: 1,
    max: 1000000000000000,
    doc: 'Bytes in a minute; once they are spent, calls wait.',
  },
})

const toolGroups = ['core', 'query', 'schema', 'dml', 'ddl', 'chat2sql', 'security', 'admin'] as const
const actions = ['read', 'explain', 'write', 'ddl', 'admin'] as const

/**
 * Every key of `sluice.yaml` by its path: `*` stands for a name that the operator chooses, `[]` for an entry of a list. Unknown keys,
 * types, defaults and `docs/configuration.md` all come from this table. A source has its connector's own settings besides.
 */
export const keys: Readonly<Record<string, Key>> = {
  state: {
    type: 'path',
    default: '.sluice',
    doc: 'Folder for what Sluice keeps: the audit log, API keys, the journal of changes, the registry, and the keys of masks and encryption. Keep it from others and back it up.',
  },
  'server.host': {
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address to listen on. Off loopback every caller needs an API key. `SLUICE_HOST` overrides it.',
  },
  'server.port': {
    type: 'int',
    default: 8000,
    min: 0,
    max: 65535,
    doc: 'Port to listen on; 0 takes a free one. `SLUICE_PORT` overrides it.',
  },
  'server.allowed_hosts': { type: 'strings', default: [], doc: 'Host names that requests may name besides the loopback ones.' },
  'server.allowed_origins': { type: 'strings', default: [], doc: 'Origins, as browsers send them, that may call the gateway.' },
  'server.public_url': {
    type: 'string',
    doc: 'Address by which callers reach the gateway, e.g. `https://data.example.com`, where that is another than the one it listens on. MCP clients are told it.',
  },
  'server.groups': {
    type: 'enums',
    values: [...toolGroups, 'all'],
    default: ['core'],
    doc: 'Groups of tools that an MCP client sees which chooses none by `/mcp/GROUPS`, `?groups=` or `--groups`. The others are found by `find_tools`.',
  },
  'server.sse_path': { type: 'string', default: '/sse', doc: 'Path of the older MCP transport: where its clients listen.' },
  'server.messages_path': { type: 'string', default: '/messages/', doc: 'Path of the older MCP transport: where its clients send to.' },
  'server.reload': {
    type: 'bool',
    default: false,
    doc: 'Reads the configuration file again when it changes. A file that is wrong changes nothing. SIGHUP reads it again in any case.',
  },
  'server.body_bytes_max': { type: 'int', default: 4194304, min: 1024, max: 1073741824, doc: 'Largest request body in bytes.' },
  'server.import_bytes_max': {
    type: 'int',
    default: 536870912,
    min: 1024,
    max: 1099511627776,
    doc: 'Largest body of `POST /import` in bytes. It is streamed, so it costs no memory; a JSON document may have 64 MB all the same.',
  },
  'server.ws.message_bytes_max': {
    type: 'int',
    default: 1048576,
    min: 1024,
    max: 67108864,
    doc: 'Largest message of a WebSocket in bytes.',
  },
  'server.ws.messages_per_second': {
    type: 'int',
    default: 50,
    min: 1,
    max: 100000,
    doc: 'Messages that a WebSocket may send in a second; twice as many at once.',
  },
  'server.ws.queries_max': { type: 'int', default: 8, min: 1, max: 1000, doc: 'Queries that run at once on one WebSocket.' },
  'server.ws.sockets_max': { type: 'int', default: 2000, min: 1, max: 100000, doc: 'WebSockets that are open at once.' },
  'server.ws.sockets_each_max': { type: 'int', default: 64, min: 1, max: 100000, doc: 'WebSockets that one caller may have open at once.' },
  'sources.*.connector': { type: 'string', required: true, doc: 'Kind of the source.' },
  'sources.*.description': { type: 'string', default: '', doc: 'What the source holds, told to people and models.' },
  'sources.*.prompt': {
    type: 'string',
    default: '',
    doc: 'What a model is told of the source beside its schema when it writes SQL for a question: what words mean here, which tables to prefer.',
  },
  'sources.*.cache_ttl_ms': { type: 'int', default: 0, min: 0, max: 86400000, doc: 'Milliseconds that results are kept; 0 keeps none.' },
  'sources.*.schema_ttl_ms': {
    type: 'int',
    default: 300000,
    min: 1000,
    max: 86400000,
    doc: 'Milliseconds after which tables and columns are read again.',
  },
  'sources.*.identity.role': {
    type: 'string',
    doc: 'Role that the source takes on for each call (`SET ROLE`), e.g. `{{principal.database_role}}`: the name or an attribute of the caller. A caller without it is refused.',
  },
  'sources.*.identity.settings.*': {
    type: 'string',
    doc: 'Session setting of PostgreSQL that its own row rules can read with `current_setting`, e.g. `app.tenant: "{{principal.tenant}}"`.',
  },
  'sources.*.identity.login.user': { type: 'string', doc: 'User that each call logs in as, e.g. `{{principal.database_user}}`.' },
  'sources.*.identity.login.password': {
    type: 'string',
    secret: true,
    doc: 'Password of that user, e.g. `{{principal.database_password}}`.',
  },
  'roles.*.extends': { type: 'strings', default: [], doc: 'Roles to start from.' },
  'roles.*.sources.*.tables.allow': {
    type: 'strings',
    doc: 'Tables that may be read: `table`, `schema.table`, `*` for any characters. Replaces what extended roles allow. Nothing is allowed that is not named.',
  },
  'roles.*.sources.*.tables.deny': { type: 'strings', default: [], doc: 'Tables taken away again. Adds to what extended roles deny.' },
  'roles.*.sources.*.tables.write': {
    type: 'strings',
    doc: 'The only tables whose rows may be changed, written as in `allow`. Every allowed table where this is not said; `actions` must hold `write`.',
  },
  'roles.*.sources.*.columns.*.allow': { type: 'strings', doc: 'The only columns of matching tables that exist for the role.' },
  'roles.*.sources.*.columns.*.deny': { type: 'strings', default: [], doc: 'Columns of matching tables that do not exist for the role.' },
  'roles.*.sources.*.columns.*.mask.*': {
    type: 'mask',
    doc: 'How a column is hidden: `null`, `email`, `hash`, `year`, `constant`, `{ constant: TEXT }`, `{ partial: { first: N, last: N } }`, `{ round: N }`.',
  },
  'roles.*.sources.*.rows.*': {
    type: 'rules',
    doc: 'Which rows of matching tables exist: an SQL predicate or a list that must all hold. `{{principal.NAME}}` becomes the attribute as a literal, a list becomes `(1, 2)`.',
  },
  'roles.*.sources.*.functions': { type: 'strings', default: [], doc: "Functions allowed by name although they are not the engine's own." },
  'roles.*.sources.*.actions': { type: 'enums', values: actions, doc: 'What may be done. Replaces what extended roles allow.' },
  'roles.*.sources.*.confirm': {
    type: 'enum',
    values: ['never', 'once', 'twice'],
    doc: 'How often a change must be confirmed before it is applied; `once` where it is not said. Of several roles that may change something the most careful counts.',
  },
  ...limitKeys('roles.*.sources.*.limits'),
  ...limitKeys('limits'),
  'keys.[].name': { type: 'string', required: true, doc: 'Who the key belongs to; the name that the audit log shows.' },
  'keys.[].hash': {
    type: 'hash',
    required: true,
    doc: '`sha256:` and 64 hexadecimal digits, as `sluice key create` prints it. A key has 256 random bits, so a fast hash is enough.',
  },
  'keys.[].roles': { type: 'strings', default: [], doc: 'Roles of whoever shows the key.' },
  'keys.[].attributes.*': {
    type: 'attribute',
    doc: 'Values that row rules may use: a string, number, boolean or a list of strings and numbers.',
  },
  'keys.[].sources': {
    type: 'strings',
    doc: 'The only sources that the key is good for. Every source of its roles where this is not said.',
  },
  'keys.[].groups': {
    type: 'enums',
    values: toolGroups,
    doc: 'The only groups of tools that the key is good for, e.g. `core` and `query`.',
  },
  ...limitKeys('keys.[].limits'),
  'keys.[].expires': { type: 'date', doc: 'Date or time after which the key is refused, e.g. `2027-01-01`.' },
  'local.roles': {
    type: 'strings',
    default: ['read_only'],
    doc: 'Roles of a caller on this machine who shows no key. Empty: a key is always required.',
  },
  'local.attributes.*': { type: 'attribute', doc: 'Attributes of that caller.' },
  'oidc.issuer': { type: 'string', doc: 'Address of an OpenID provider whose access tokens are accepted, as its tokens name it in `iss`.' },
  'oidc.audience': {
    type: 'names',
    doc: 'Whom a token must be meant for (`aud`): usually the address of the gateway, `https://data.example.com/mcp`.',
  },
  'oidc.jwks_uri': { type: 'string', doc: "Address of the provider's keys. Asked of the provider when not given." },
  'oidc.algorithms': {
    type: 'enums',
    values: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    default: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    doc: 'How tokens may be signed. Tokens without a signature or with a shared secret are never accepted.',
  },
  'oidc.required_scopes': { type: 'strings', default: [], doc: 'Scopes that every token must have.' },
  'oidc.name_claim': { type: 'string', default: 'sub', doc: 'Claim that names the caller. The audit log shows it as `oidc:NAME`.' },
  'oidc.roles.claim': {
    type: 'string',
    doc: 'Claim that `roles.map` looks at: a text or a list of them; `realm_access.roles` names an inner one.',
  },
  'oidc.roles.map.*': { type: 'strings', doc: 'Roles for a value of that claim. A value that is not named gives nothing.' },
  'oidc.roles.default': { type: 'strings', default: [], doc: 'Roles of every caller with a good token.' },
  'oidc.attributes.*': { type: 'string', doc: 'Claim that becomes this attribute, which row rules and identities may use.' },
  'oidc.clock_skew_s': { type: 'number', default: 30, min: 0, max: 300, doc: "Seconds by which the provider's clock may differ." },
  'oidc.cooldown_s': { type: 'number', default: 10, min: 0, max: 3600, doc: "Least seconds between two readings of the provider's keys." },
  ...llmKeys,
  'changes.keep_days': {
    type: 'int',
    default: 30,
    min: 1,
    max: 3650,
    doc: 'Days for which an applied change can be undone. The rows as they were are kept for so long in the state folder, encrypted with ENCRYPTION_KEY or the key in `change.key`.',
  },
  'log.level': {
    type: 'enum',
    values: ['error', 'warning', 'info'],
    default: 'info',
    doc: 'What is told on standard error: failures that only the operator can mend; also settings that are in vain; also each reload. `LOG_LEVEL` overrides it.',
  },
  'masks.key_file': {
    type: 'path',
    doc: 'File with the key of hash masks (64 hexadecimal digits). Made when first needed, as `mask.key` in the state folder.',
  },
  'watch.slow_ms': { type: 'int', default: 1000, min: 1, max: 3600000, doc: 'Milliseconds from which a query is remembered as slow.' },
  'masks.detected': {
    type: 'enum',
    values: ['off', 'until_decided'],
    default: 'off',
    doc: 'With `until_decided` columns in which personal data was found are masked for everybody but those who administer their source, until somebody decides that they may be seen.',
  },
  registry: {
    type: 'place',
    doc: 'The registry database: a file, by default `registry.db` in the state folder, or a PostgreSQL database, `postgres://user:password@host/database`. `SLUICE_REGISTRY` overrides it.',
  },
  'catalog.scan_personal': {
    type: 'bool',
    default: false,
    doc: 'After a synchronisation looks for personal data in tables that are new or have changed, so that with `masks.detected` a new column does not stay open for long.',
  },
  'catalog.profile_role': {
    type: 'string',
    doc: 'Role through which the values of new and changed tables are looked at after a synchronisation, to keep what they are like. Nothing where it is not said.',
  },
  'catalog.values_role': {
    type: 'string',
    doc: 'Role through which the values of text columns that have few are kept after a synchronisation, so that a question that names one finds its column. Nothing is kept of masked or personal columns, nor of tables of which the role sees some rows only. Nothing where it is not said.',
  },
  'catalog.look_hours': {
    type: 'int',
    default: 0,
    min: 0,
    max: 8760,
    doc: 'Hours after which `sluice serve` looks again at values and for personal data in every table, as `profile_role`, `values_role` and `scan_personal` say; 0 looks at what is new only.',
  },
  'catalog.sync_minutes': {
    type: 'int',
    default: 0,
    min: 0,
    max: 10080,
    doc: 'Minutes after which `sluice serve` looks again at what every source holds; 0 leaves it to `sluice catalog sync`.',
  },
  'catalog.versions_kept': {
    type: 'int',
    default: 100,
    min: 2,
    max: 100000,
    doc: 'Versions that are kept of what a source holds; the oldest go first.',
  },
  'search.embeddings.provider': {
    type: 'enum',
    values: ['openai', 'ollama', 'local', 'zai', 'zhipu'],
    doc: 'Whose vectors help schema search beside its own: `openai` (any OpenAI-compatible address with `base_url`), `ollama`, `zai`. Off unless said. Names, comments and descriptions of tables and columns, and the questions that are asked, are sent there; values never.',
  },
  'search.embeddings.model': { type: 'string', doc: "Model of the vectors. The provider's usual one unless said." },
  'search.embeddings.api_key': { type: 'string', secret: true, doc: 'Key of the provider.' },
  'search.embeddings.base_url': { type: 'string', doc: 'Address of the provider where it is not the usual one.' },
  'search.embeddings.weight': {
    type: 'number',
    default: 2,
    min: 0,
    max: 6,
    doc: "How much the nearest names may gain by it at most, in log odds; what the search's own words say stays the other part.",
  },
  'bank.learn': {
    type: 'enum',
    values: ['off', 'ask', 'on'],
    default: 'off',
    doc: 'Whether the query bank keeps, as proposed, a question whose statement has run (`execute_validated_sql` with its `question`): never, where the caller says `remember`, or always. Unless off, it also counts which of its pairs were used or failed.',
  },
  'ask.cost_max': {
    type: 'number',
    default: 10000000,
    min: 0,
    max: 1e300,
    doc: "Most that the source may expect a statement to cost that was written for a question, in the source's own units (PostgreSQL, MySQL, MariaDB); 0 is no bound.",
  },
  'chat.keep_days': {
    type: 'int',
    default: 90,
    min: 1,
    max: 36500,
    doc: 'Days after which a conversation that nobody has gone on with is forgotten.',
  },
  'audit.path': { type: 'path', doc: 'The audit log. By default `audit` in the state folder.' },
}

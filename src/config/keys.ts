/**
 * What a value must be. `path` is relative to the configuration file; `strings` is a list of strings; `rules` is one SQL predicate
 * or a list of them; `attribute` is a scalar or a list of scalars; `date` is an ISO date or time.
 */
export type KeyType =
  | 'string'
  | 'path'
  | 'int'
  | 'number'
  | 'bool'
  | 'enum'
  | 'strings'
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

const actions = ['read', 'explain', 'write', 'ddl', 'admin'] as const

/**
 * Every key of `sluice.yaml` by its path: `*` stands for a name that the operator chooses, `[]` for an entry of a list. Unknown keys,
 * types, defaults and `docs/configuration.md` all come from this table. A source has its connector's own settings besides.
 */
export const keys: Readonly<Record<string, Key>> = {
  state: { type: 'path', default: '.sluice', doc: 'Folder for what Sluice keeps: the audit log and the key of hash masks.' },
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
  'server.body_bytes_max': { type: 'int', default: 4194304, min: 1024, max: 1073741824, doc: 'Largest request body in bytes.' },
  'sources.*.connector': { type: 'string', required: true, doc: 'Kind of the source.' },
  'sources.*.description': { type: 'string', default: '', doc: 'What the source holds, told to people and models.' },
  'sources.*.cache_ttl_ms': { type: 'int', default: 0, min: 0, max: 86400000, doc: 'Milliseconds that results are kept; 0 keeps none.' },
  'sources.*.schema_ttl_ms': {
    type: 'int',
    default: 300000,
    min: 1000,
    max: 86400000,
    doc: 'Milliseconds after which tables and columns are read again.',
  },
  'roles.*.extends': { type: 'strings', default: [], doc: 'Roles to start from.' },
  'roles.*.sources.*.tables.allow': {
    type: 'strings',
    doc: 'Tables that may be read: `table`, `schema.table`, `*` for any characters. Replaces what extended roles allow. Nothing is allowed that is not named.',
  },
  'roles.*.sources.*.tables.deny': { type: 'strings', default: [], doc: 'Tables taken away again. Adds to what extended roles deny.' },
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
  'roles.*.sources.*.limits.rows': { type: 'int', min: 1, max: 1000000000, doc: 'Rows of one answer at most.' },
  'roles.*.sources.*.limits.rows_default': {
    type: 'int',
    min: 1,
    max: 1000000000,
    doc: 'Rows for a call that does not say how many it wants. As many as `limits.rows` where only that is set.',
  },
  'roles.*.sources.*.limits.bytes': { type: 'int', min: 1, max: 1000000000000, doc: 'Bytes of one answer at most.' },
  'roles.*.sources.*.limits.seconds': { type: 'number', min: 0.001, max: 86400, doc: 'Seconds that one query may run.' },
  'roles.*.sources.*.limits.concurrent': { type: 'int', min: 1, max: 100000, doc: 'Queries at the same time.' },
  'roles.*.sources.*.limits.per_minute': { type: 'int', min: 1, max: 1000000000, doc: 'Queries in a minute.' },
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
  'keys.[].expires': { type: 'date', doc: 'Date or time after which the key is refused, e.g. `2027-01-01`.' },
  'local.roles': {
    type: 'strings',
    default: ['read_only'],
    doc: 'Roles of a caller on this machine who shows no key. Empty: a key is always required.',
  },
  'local.attributes.*': { type: 'attribute', doc: 'Attributes of that caller.' },
  'masks.key_file': {
    type: 'path',
    doc: 'File with the key of hash masks (64 hexadecimal digits). Made when first needed, as `mask.key` in the state folder.',
  },
  'watch.slow_ms': { type: 'int', default: 1000, min: 1, max: 3600000, doc: 'Milliseconds from which a query is remembered as slow.' },
  'audit.path': { type: 'path', doc: 'The audit log. By default `audit` in the state folder.' },
}

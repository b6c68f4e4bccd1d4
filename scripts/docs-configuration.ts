import { writeFileSync } from 'node:fs'
import { type Key, keys } from '../src/config/config.ts'
import { predefined } from '../src/policy/policy.ts'
import { type ConnectorName, connectors } from '../src/source/manifest.ts'

/** The page `docs/configuration.md`, made from the table of keys and the settings of every connector. */
export async function configurationPage(): Promise<string> {
  const parts = [head]
  for (const [title, prefix, text] of sections) {
    parts.push(`## ${title}`, text)
    if (prefix === 'roles') parts.push(predefinedTable())
    parts.push(table(Object.entries(keys).filter(([path]) => path === prefix || path.startsWith(`${prefix}.`))))
    if (prefix !== 'sources') continue
    for (const name of Object.keys(connectors).sort() as ConnectorName[]) {
      const { settings } = await connectors[name]()
      const rows = Object.entries(settings).map(([key, setting]): [string, Key] => [`sources.*.${key}`, setting])
      parts.push(`### connector: ${name}`, table(rows))
    }
  }
  return `${[...parts, environmentText].join('\n\n')}\n`
}

const environmentText = `## Environment

These variables override the file. Their names are those of the systems that Sluice succeeds. A value that is wrong stops the start and names its variable.

| Variable | What it sets |
|---|---|
| \`SLUICE_CONFIG\` | The configuration file. |
| \`SLUICE_HOST\`, else \`HTTP_SERVER_HOST\`, else \`BACKEND_HOST\` | \`server.host\` |
| \`SLUICE_PORT\`, else \`HTTP_SERVER_PORT\`, else \`BACKEND_PORT\`, else \`MCP_SERVER_PORT\` | \`server.port\` |
| \`HTTP_SERVER_SSE_ENDPOINT\`, \`HTTP_SERVER_MESSAGE_ENDPOINT\` | \`server.sse_path\`, \`server.messages_path\` |
| \`CORS_ORIGINS\`, \`HTTP_SERVER_CORS_ORIGINS\` | \`server.allowed_origins\`, with commas between them. \`*\` is left out with a warning. |
| \`HTTP_SERVER_ENABLE_CORS\` | \`false\` allows no origin but those of the loopback. |
| \`HTTP_SERVER_ENABLE_AUTH\` | \`true\`: every caller needs a key, also on the loopback. \`false\` cannot open what listens elsewhere. |
| \`HTTP_SERVER_AUTH_TOKEN\` | A bearer token with the role \`read_only\`, or the roles in \`SLUICE_AUTH_TOKEN_ROLES\`. |
| \`MYSQL_HOST\`, \`MYSQL_PORT\`, \`MYSQL_USER\`, \`MYSQL_PASSWORD\`, \`MYSQL_DATABASE\` | A source named \`mysql\`, when host or database are set; else what the file says of a source of that name. |
| \`POSTGRES_HOST\`, \`POSTGRES_PORT\`, \`POSTGRES_USER\`, \`POSTGRES_PASSWORD\`, \`POSTGRES_DATABASE\` | A source named \`postgres\`, when the host is set, unless \`POSTGRES_DB\` is set and \`POSTGRES_DATABASE\` is not. |
| \`POSTGRES_DB\` | \`registry\`: the database of that name on \`POSTGRES_HOST\`, with the same port, user and password. With \`POSTGRES_DATABASE\` beside it both are on that server. |
| \`SLUICE_REGISTRY\` | \`registry\` |
| \`ENCRYPTION_KEY\` | The key of secrets in the registry and of rows kept for undoing: 32 bytes as base64 or hexadecimal digits; \`sluice key generate\` makes one. [The key](registry.md#the-key). |
| \`ENCRYPTION_KEY_OLD\` | A former key, with which secrets of the registry may be read as well while they are encrypted with another. |
| \`XUGU_DB_HOST\`, \`SQLSERVER_HOST\` and their like | Nothing yet: there is no connector for XuguDB and SQL Server, and the start says so. |
| \`RATE_LIMIT_MAX_QUERIES\` | \`limits.per_minute\`, unless \`RATE_LIMIT_ENABLED\` is \`false\`. |
| \`MAX_QUERY_EXECUTION_TIME\`, \`RESULT_SET_MAX_ROWS\` | \`limits.seconds\`, \`limits.rows\` |
| \`AUDIT_LOG_PATH\` | \`audit.path\`, a folder. \`SECURITY_ENABLE_AUDIT_LOG=false\` has no effect but a warning. |
| \`LOG_LEVEL\`, else \`MCP_SERVER_LOG_LEVEL\` | \`log.level\` |
| \`CHAT2SQL_MODE\`, \`LLM_PROVIDER\`, \`LLM_MODEL\`, \`LLM_API_KEY\`, \`LLM_BASE_URL\`, \`LLM_TEMPERATURE\`, \`LLM_MAX_TOKENS\`, \`LLM_TIMEOUT\` | The keys of \`llm\`. |
| \`ANTHROPIC_API_KEY\`, \`OPENAI_API_KEY\` | \`llm.api_key\`, where \`llm.provider\` is \`claude\` or \`openai\` and there is no other key. With \`CHAT2SQL_MODE=standalone\` and no provider, the one whose key is there. |
| \`CHAT2SQL_MAX_EXAMPLES\`, \`CHAT2SQL_USE_EXAMPLES\` | \`llm.examples\`; \`false\` is 0. |
| \`CHAT2SQL_SUGGEST_OPTIMIZATIONS\` | \`llm.advise\` |
| \`CHAT2SQL_SCHEMA_CACHE_TTL\`, \`CHAT2SQL_ENABLE_SCHEMA_CACHE\` | \`schema_ttl_ms\` of every source, from seconds; \`false\` is one second. |
| \`CHAT2SQL_ENABLE_VALIDATION\`, \`CHAT2SQL_ALLOW_DDL\` | Nothing but a warning: statements are always checked, and a question never changes anything. |

\`RATE_LIMIT_*\`, \`AUDIT_LOG_PATH\`, \`MAX_QUERY_EXECUTION_TIME\` and \`RESULT_SET_MAX_ROWS\` are also known with \`SECURITY_\` before them.

## Reload

SIGHUP (where standard output is no terminal), the tool \`reload_config\` and, with \`server.reload\`, a file that has changed let a running gateway read its configuration again. New calls use the
new one; calls that run end as they began, and a source that has gone closes after the last of them. A file that is wrong changes nothing, and standard
error says why. What only a restart changes (where the server listens and whom it answers, \`state\`, paths of logs and keys) is named.`

const head = `# Configuration

<!-- Generated by scripts/docs-configuration.ts; change src/config/keys.ts or a connector's settings instead. -->

Sluice reads one YAML file: the one that \`--config\` names, else the one in \`SLUICE_CONFIG\`, else \`sluice.yaml\` in the working folder.
Without a file it has no sources and listens on loopback. Paths are relative to the file. \`\${NAME}\` in a value becomes the
environment variable NAME, \`$\${\` a plain \`\${\`; a missing variable is an error. Put quotes around it inside \`{ … }\`.
The environment, and \`.env\` of the working folder where that says nothing, [override the file](#environment). Unknown keys are refused with the nearest known name, so a mistyped rule never
silently protects nothing; \`sluice doctor\` tells of tables and columns in roles that a source does not have. \`examples/\` holds whole files.

In the tables \`*\` stands for a name that you choose and \`[]\` for an entry of a list.`

const sections: readonly (readonly [title: string, prefix: string, text: string])[] = [
  ['Server', 'server', 'Where the gateway listens and whom it answers.'],
  [
    'Sources',
    'sources',
    `Each source has a name, a connector and the settings of that connector. Sources can also be [registered](registry.md) while the gateway runs; those of the
configuration win where both have a name.

With \`identity\` the database sees each caller as themselves: a role and session settings in PostgreSQL (its own row security then decides), a login of
their own in PostgreSQL and MySQL or MariaDB. \`{{principal.NAME}}\` is the caller's name or one of their attributes; who lacks it is refused, and never
becomes the shared user. What sources hold is still described by the shared user.`,
  ],
  [
    'Roles',
    'roles',
    `Five roles always exist and cannot be changed, only extended: \`read_only\`, \`data_analyst\`, \`data_editor\`, \`developer\`, \`admin\`. Each sees every
table of every source; they differ in actions (reading and explaining; from \`data_editor\` writing; from \`developer\` DDL; \`admin\` all) and in limits.
Whoever has no role sees nothing, and a table that no role allows does not exist.

**Inside one role** deny always wins. A role starts with what it extends; \`tables.allow\`, \`actions\` and limits then replace, while \`deny\`, masks and
row rules add up. A block for the source \`*\` comes before one that names the source. Of several masks for a column, the one under the most particular
table name counts.

**Several roles of one caller** are united so that nothing is shown which no single role shows: tables and functions add up, limits are the most
generous. A row rule falls away only when some role gives the table without one, and a mask or a hidden column only when such a role (or, where all
have the same row rules, any of them) shows the column. Where roles have different row rules, the rows of each are shown, and a column only as the
strictest of them shows it.

**Patterns** of tables are \`table\` (in any schema) or \`schema.table\`, with \`*\` for any characters. What takes away compares letters without case, so
that no other spelling gets around it; \`allow\` tells case apart in PostgreSQL.

**Row rules** are SQL predicates in the source's own dialect. They are trusted: a subquery in a rule reads whatever it names.
An attribute that a caller does not have hides the table from them.

**Views** show what they are made of, so under a role that hides, masks or filters anything a view is opened and the rules of its tables apply inside.
A role that names a view itself (\`allow\`, \`columns\` or \`rows\` without \`*\`) takes responsibility for it, and it is shown as named. A
materialized view that copies hidden data is opened as well: its SELECT is computed anew, so its rows are those of now. Virtual and foreign tables
cannot be opened and are refused until they are named.

**Parts of a table** (partitions, PostgreSQL's child tables) are held to the rules of the table that they are a part of. Reading the whole reads
its parts, as in PostgreSQL itself, also those that are denied by their own name.

The short form, for \`sluice check --policy\`, is one role for every source:
\`{ "mask": { "users.email": "constant" }, "row_filter": { "users": "tenant_id = 1" }, "deny_tables": ["api_keys"], "limits": { "max_rows": 1000, "timeout_ms": 3000, "max_bytes": 5000000 } }\`.`,
  ],
  ['Limits for everybody', 'limits', 'They lower what roles allow and never raise it.'],
  [
    'API keys',
    'keys',
    `Keys are usually made while the gateway runs: \`sluice key create\` or \`POST /api/keys\`, kept as hashes in \`keys.json\` of the state folder. These
here are for those who keep everything in one file; \`sluice key create --print\` prints an entry.`,
  ],
  [
    'Access tokens',
    'oidc',
    `JWT access tokens of one OpenID provider, as MCP clients fetch them: the gateway tells them where at \`/.well-known/oauth-protected-resource\`. A token is
checked once and then remembered until it expires.`,
  ],
  ['Changes', 'changes', 'What was changed can be undone while the rows are as the change left them.'],
  ['Figures', 'watch', 'What calls come to, for those who look after the gateway.'],
  ['Messages', 'log', 'The audit log is another thing and always on.'],
  [
    'Model',
    'llm',
    'Who answers questions in words, and with which model. Nothing else needs one, and the built-in engine answers questions without. [Models](models.md) tells what a model is shown, what it costs and what it may do.',
  ],
  ['Questions', 'ask', 'What a statement may cost that was written for a question.'],
  ['Conversations', 'chat', 'What is kept of them.'],
  ['The caller on this machine', 'local', 'Who a caller is that comes over loopback or the command line and shows no key.'],
  [
    'Masks',
    'masks',
    `| Mask | Shows of \`ana@example.com\`, \`+49 170 1234567\`, \`1984-07-09\`, \`4711.5\` |
|---|---|
| \`null\` | nothing: NULL, as if there were no value |
| \`constant\`, \`{ constant: TEXT }\` | \`***\`, or the text; also where there is no value |
| \`email\` | \`a***@example.com\`; \`***\` for what is no address |
| \`{ partial: { first: 0, last: 4 } }\` | \`***4567\`; a text of less than twice as many signs as would show is hidden whole |
| \`year\` | \`1984-01-01\` |
| \`{ round: 100 }\` | \`4700\` |
| \`hash\` | 64 hexadecimal digits, HMAC-SHA256 |

All but \`constant\` leave NULL as it is, and all are the same in every engine. A mask that cannot be made of a column's type, such as \`round\` of a text,
leaves the column empty. A predicate on a masked column sees the mask, not the value.
Equal values have equal hashes inside one column, and different ones in different columns, so columns cannot be matched with each other.
A mask hides its own column: a generated column, a JSON copy or another table with the same data needs its own.`,
  ],
  ['Audit', 'audit', 'Every call leaves a record; when it cannot be written, nothing runs.'],
  [
    'Registry',
    'registry',
    `What Sluice knows of the sources beside their data: versions of what they hold, their health, descriptions, tags, verified queries. It is opened when it
is first needed. Several gateways may share one; names of sources then mean the same in all of them.`,
  ],
  ['Catalog', 'catalog', 'How the registry keeps up with what the sources hold.'],
  [
    'Search',
    'search',
    'Schema search needs nothing beside what comes with Sluice; a provider of vectors may help it: [Searching it](catalog.md#searching-it).',
  ],
  [
    'Query bank',
    'bank',
    `Questions with the SQL that answers them, kept in the registry. A pair is found only by who may run its SQL as it stands, and what one caller has stored
is told to others who see less only after an administrator has verified it: [Query bank](bank.md).`,
  ],
  ['State', 'state', 'Nothing that Sluice keeps lies elsewhere.'],
]

function table(rows: readonly (readonly [string, Key])[]): string {
  const lines = rows.map(
    ([path, key]) =>
      `| \`${path}\` | ${typeOf(key)} | ${standard(key)} | ${(key.secret ? `Secret. ${key.doc}` : key.doc).replaceAll('|', '\\|')} |`,
  )
  return ['| Key | Type | Default | Meaning |', '|---|---|---|---|', ...lines].join('\n')
}

function typeOf({ type, values, min, max }: Key): string {
  const names: Partial<Record<Key['type'], string>> = {
    strings: 'list of strings',
    enums: 'list',
    rules: 'SQL or list',
    int: 'whole number',
  }
  const range =
    min !== undefined && max !== undefined
      ? `, ${min} to ${max}`
      : min !== undefined
        ? `, at least ${min}`
        : max !== undefined
          ? `, at most ${max}`
          : ''
  const choice = values ? `${type === 'enums' ? ' of' : ' one of'} ${values.map((value) => `\`${value}\``).join(', ')}` : ''
  return type === 'enum' ? choice.trim() : (names[type] ?? type) + choice + range
}

function predefinedTable(): string {
  const rows = Object.entries(predefined).map(([name, { sources }]) => {
    const { actions = [], limits } = sources['*'] ?? {}
    const { rows: most, bytes = 0, ms = 0, concurrent, perMinute } = limits ?? {}
    return `| \`${name}\` | ${actions.join(', ')} | ${most} | ${bytes / 1e6} MB | ${ms / 1000} | ${concurrent} | ${perMinute} |`
  })
  return ['| Role | Actions | Rows | Bytes | Seconds | Concurrent | Per minute |', '|---|---|---|---|---|---|---|', ...rows].join('\n')
}

const standard = (key: Key): string => (key.required ? 'required' : key.default === undefined ? '' : `\`${JSON.stringify(key.default)}\``)

if (import.meta.main) writeFileSync(new URL('../docs/configuration.md', import.meta.url), await configurationPage())

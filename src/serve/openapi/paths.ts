import * as z from 'zod'
import { keyBody, rotateBody } from '../keys-routes.ts'
import { decideBody, joinsBody, noteBody, profileBody, scanBody } from '../knowledge-routes.ts'
import { sourceBody, sourcePatchBody } from '../sources-routes.ts'
import { sqlBody } from '../sql-routes.ts'
import { questionBody, toolCallBody } from '../tool-routes.ts'
import { failedAnswer, rowsAnswer, toolAnswer } from './answers.ts'
import { bankOperations } from './bank-paths.ts'
import { browseOperations } from './browse-paths.ts'
import { chatOperations } from './chat-paths.ts'
import { governOperations } from './govern-paths.ts'
import { queriesOperations } from './queries-paths.ts'
import { runOperations } from './run-paths.ts'
import { suggestOperations } from './suggest-paths.ts'

/** One method of one path as the OpenAPI document tells it. `body` and `answer` are the same zod schemas that the routes check with. */
export type Operation = Readonly<{
  summary: string
  description?: string
  tag:
    | 'About'
    | 'SQL'
    | 'Questions'
    | 'Tools'
    | 'MCP'
    | 'Keys'
    | 'Sources'
    | 'Imports'
    | 'Changes'
    | 'Catalog'
    | 'Bank'
    | 'Chat'
    | 'Govern'
    | 'Run'
    | 'Saved queries'
  body?: z.ZodType
  /** Media types of a body that is not JSON. */
  bodyTypes?: readonly string[]
  query?: Readonly<Record<string, string>>
  answer?: z.ZodType
  /** JSON unless said. */
  answerTypes?: readonly string[]
  status?: number
  /** True where nobody has to say who they are. */
  open?: true
}>

const someObject = z.record(z.string(), z.unknown())
const events = ['text/event-stream']

/** Every path and method that the HTTP door answers, besides HEAD and OPTIONS. A test holds it against the table of routes. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/': { get: { tag: 'About', summary: 'Name, version, status and links', answer: someObject, open: true } },
  '/health': {
    get: {
      tag: 'About',
      summary: 'Whether the gateway and its sources answer',
      description: 'Strangers learn the status only.',
      answer: someObject,
      open: true,
    },
  },
  '/info': { get: { tag: 'About', summary: 'What runs, who you are, and your sources', answer: someObject } },
  '/openapi.json': { get: { tag: 'About', summary: 'This document', answer: someObject, open: true } },
  '/docs': { get: { tag: 'About', summary: 'The page made of this document', answerTypes: ['text/html'], open: true } },
  '/sql/execute': {
    post: { tag: 'SQL', summary: 'Run one statement', description: '`query` and `sql` are the same.', body: sqlBody, answer: rowsAnswer },
  },
  '/sql/stream': {
    post: {
      tag: 'SQL',
      summary: 'Run one statement and get the rows as they come',
      description: 'Events `columns`, `rows`, then `done` with the receipt, or `error`. With `Accept: application/x-ndjson` lines of JSON.',
      body: sqlBody,
      answerTypes: [...events, 'application/x-ndjson'],
    },
  },
  '/import/:source/:table': {
    post: {
      tag: 'Imports',
      summary: 'Put the rows of the body into a table, all or none',
      description:
        'The body is streamed; its Content-Type tells the format. The first call answers a preview and a `confirm_token`, the same content with the token is imported.',
      bodyTypes: ['text/csv', 'application/x-ndjson', 'application/json', 'application/vnd.apache.parquet'],
      query: {
        mode: '`insert` or `upsert`',
        key: 'Columns by which an upsert finds a row, with commas between; the primary key unless said',
        columns: 'Names of the columns, with commas between; a CSV body then has no header',
        delimiter: 'Of CSV; a comma unless said',
        quote: 'Of CSV; a double quote unless said',
        null: 'The text without quotes that stands for NULL in CSV; the empty one unless said',
        batch_size: 'Rows that go to the source at once, at most',
        confirm_token: 'From the preview of the same content; the header `X-Confirm-Token` does as well',
      },
      answer: someObject,
    },
  },
  '/ws': {
    get: {
      tag: 'SQL',
      summary: 'Become a WebSocket, for many queries at once',
      description:
        'Messages are JSON: `sql`, `question`, `cancel` and `ping` there; `columns`, `rows`, `progress`, `done`, `error` and `pong` back.',
      query: { client_id: 'What the client calls itself, for the log', user_id: 'What it calls its user, for the log' },
      status: 101,
    },
  },
  '/database/question': { post: { tag: 'Questions', summary: 'Ask in plain language', body: questionBody, answer: someObject } },
  '/database/question/stream': {
    post: { tag: 'Questions', summary: 'Ask in plain language and get the answer as it comes', body: questionBody, answerTypes: events },
  },
  '/query/intelligent': { post: { tag: 'Questions', summary: 'The same as /database/question', body: questionBody, answer: someObject } },
  '/api/keys': {
    get: { tag: 'Keys', summary: 'The API keys that you may reach', answer: z.object({ keys: z.array(someObject) }) },
    post: {
      tag: 'Keys',
      summary: 'Make an API key',
      description:
        'Needs the action `admin`. The key is told once. It has at most the rights of its maker, unless that is a holder of the role `admin`.',
      body: keyBody,
      answer: z.object({ key: z.string(), known: someObject }),
      status: 201,
    },
  },
  '/api/keys/:id': { delete: { tag: 'Keys', summary: 'Revoke an API key', description: 'What runs by it is ended.', answer: someObject } },
  '/api/keys/:id/rotate': {
    post: {
      tag: 'Keys',
      summary: 'Give an API key a new secret',
      body: rotateBody,
      answer: z.object({ key: z.string(), known: someObject }),
    },
  },
  '/api/sources': {
    get: {
      tag: 'Sources',
      summary: 'Every source, registered or configured, with its state',
      description: 'Needs the action `admin` on every source. What is secret is shown as `***`.',
      answer: z.object({ sources: z.array(someObject) }),
    },
    post: {
      tag: 'Sources',
      summary: 'Register a source',
      description:
        'Its secrets are encrypted. New calls can use it at once. Settings that name a file of the gateway are set on its command line only.',
      body: sourceBody,
      answer: z.object({ source: someObject, note: z.string().optional() }),
      status: 201,
    },
  },
  '/api/sources/connectors': {
    get: {
      tag: 'Sources',
      summary: 'Kinds of sources, with the settings that each takes',
      answer: z.object({
        connectors: z.array(
          z.object({
            name: z.string(),
            dialect: z.string(),
            settings: z.array(
              z.object({
                key: z.string(),
                type: z.string(),
                doc: z.string(),
                secret: z.boolean(),
                required: z.boolean(),
                default: z.unknown().optional(),
                values: z.array(z.string()).optional(),
              }),
            ),
            files: z.array(z.string()).describe('Settings that name files of the gateway; only its command line sets them'),
          }),
        ),
      }),
    },
  },
  '/api/sources/test': {
    post: {
      tag: 'Sources',
      summary: 'Try to reach a source that is not registered yet, step by step',
      description: 'Nothing is kept. With `Accept: text/event-stream` each step is an event `step` when it is done, then `done`.',
      body: sourceBody,
      answer: z.object({ source: z.string(), ok: z.boolean(), steps: z.array(someObject) }),
      answerTypes: ['application/json', ...events],
    },
  },
  '/api/sources/:name': {
    patch: {
      tag: 'Sources',
      summary: 'Change, enable or disable a registered source',
      body: sourcePatchBody,
      answer: z.object({ source: someObject, note: z.string().optional() }),
    },
    delete: { tag: 'Sources', summary: 'Remove a registered source', description: 'What runs in it ends as it began.', answer: someObject },
  },
  '/api/sources/:name/test': {
    post: {
      tag: 'Sources',
      summary: 'Try to reach a source, step by step',
      description: 'With `Accept: text/event-stream` each step is an event `step` when it is done, then `done`.',
      answer: z.object({ source: z.string(), ok: z.boolean(), steps: z.array(someObject) }),
      answerTypes: ['application/json', ...events],
    },
  },
  '/api/datasources': {
    get: { tag: 'Sources', summary: 'The sources that you may use', answer: z.array(someObject) },
  },
  '/api/datasources/:id/test': {
    get: {
      tag: 'Sources',
      summary: 'Whether a source answers',
      answer: z.object({
        datasource: z.string(),
        connected: z.boolean(),
        message: z.string(),
        details: z.object({ tools_count: z.int() }),
      }),
    },
  },
  '/api/catalog/sources': {
    get: {
      tag: 'Catalog',
      summary: 'Sources as the registry knows them, with their health',
      description: 'No source is touched. What is counted is what you may see.',
      answer: z.object({ sources: z.array(someObject) }),
    },
  },
  '/api/catalog/:source/tables': {
    get: {
      tag: 'Catalog',
      summary: 'Tables of the newest version',
      query: {
        schema: 'The only schema',
        pattern: 'A name with * for any letters',
        limit: '1,000 unless said',
        offset: 'How many are passed over',
      },
      answer: someObject,
    },
  },
  '/api/catalog/:source/tables/:table': { get: { tag: 'Catalog', summary: 'One table of the newest version', answer: someObject } },
  '/api/catalog/:source/tables/:table/uses': {
    get: {
      tag: 'Catalog',
      summary: 'Who uses a table: views, saved queries, roles, questions of the bank',
      description: 'Roles, and what belongs to others, are told to who administers the source.',
      answer: z.object({
        source: z.string(),
        table: z.string(),
        uses: z.array(z.object({ what: z.string(), name: z.string(), tables: z.array(z.string()), columns: z.array(z.string()) })),
      }),
    },
  },
  '/api/catalog/:source/versions': {
    get: { tag: 'Catalog', summary: 'Versions of the schema, newest first', query: { limit: '50 unless said' }, answer: someObject },
  },
  '/api/catalog/:source/diff': {
    get: {
      tag: 'Catalog',
      summary: 'What changed between two versions, what that breaks and how to mend it',
      query: {
        from: 'A version number or an ISO time; the version before `to` unless said',
        to: 'A version number or an ISO time; the newest unless said',
        limit: 'Changes at most; 1,000 unless said',
      },
      answer: someObject,
    },
  },
  '/api/catalog/:source/sync': {
    post: {
      tag: 'Catalog',
      summary: 'Read now what the source holds, and keep a version where it has changed',
      description: 'Needs the action `admin` on the source. With `Accept: text/event-stream` events `progress`, then `done` or `error`.',
      answerTypes: ['application/json', ...events],
    },
  },
  '/api/catalog/:source/notes': {
    get: {
      tag: 'Catalog',
      summary: 'Descriptions, tags, owners and terms',
      query: { table: 'Only of this table', tag: 'Only what bears it', export: 'Any text: the document that the import takes' },
      answer: someObject,
    },
    post: {
      tag: 'Catalog',
      summary: 'Describe or tag an object',
      description: 'Needs the action `ddl` or `admin` on the source.',
      body: noteBody,
      answer: someObject,
    },
  },
  '/api/catalog/:source/notes/import': {
    post: {
      tag: 'Catalog',
      summary: 'Take in an export of notes, or the manifest.json of dbt',
      description: "A person's description is never overwritten. Needs the action `ddl` or `admin` on the source.",
      body: someObject,
      query: { from: '`comments` takes in the comments of the database; then there is no body' },
      answer: someObject,
    },
  },
  '/api/catalog/:source/profile': {
    get: { tag: 'Catalog', summary: 'What the values of columns are like', query: { table: 'Only of this table' }, answer: someObject },
    post: {
      tag: 'Catalog',
      summary: 'Look at the values of columns as a role sees them',
      description: 'Of masked columns, and of those that seem to hold personal data, only counts are kept.',
      body: profileBody,
      answer: someObject,
    },
  },
  '/api/catalog/:source/pii': {
    get: {
      tag: 'Catalog',
      summary: 'Personal data that was found and not decided about',
      description: 'Needs the action `admin` on the source.',
      query: { table: 'Only of this table', all: '`true` for what was decided, too' },
      answer: someObject,
    },
    post: {
      tag: 'Catalog',
      summary: 'Look for personal data',
      description: 'Values are looked at, never kept or told. Needs the action `admin` on the source.',
      body: scanBody,
      answer: someObject,
    },
  },
  '/api/catalog/:source/pii/decide': {
    post: {
      tag: 'Catalog',
      summary: 'Decide about what was found',
      description: 'Needs the action `admin` on the source.',
      body: decideBody,
      answer: someObject,
    },
  },
  '/api/catalog/:source/paths': {
    get: { tag: 'Catalog', summary: 'How tables are joined', query: { tables: 'Names with commas between' }, answer: someObject },
  },
  '/api/catalog/:source/related': {
    get: {
      tag: 'Catalog',
      summary: 'Tables that can be joined to some',
      query: { tables: 'Names with commas between', limit: '10 unless said' },
      answer: someObject,
    },
  },
  '/api/catalog/:source/joins': {
    post: {
      tag: 'Catalog',
      summary: 'What the joins of a statement do to its figures and rows',
      description: 'The statement is not run.',
      body: joinsBody,
      answer: someObject,
    },
  },
  ...chatOperations,
  ...suggestOperations,
  ...bankOperations,
  ...browseOperations,
  ...governOperations,
  ...runOperations,
  ...queriesOperations,
  '/tools': { get: { tag: 'Tools', summary: 'Every tool that you may use', answer: z.object({ tools: z.array(someObject) }) } },
  '/mcp/resources': {
    get: {
      tag: 'Tools',
      summary: 'Every MCP resource that you may read',
      answer: z.object({ resources: z.array(someObject), resourceTemplates: z.array(someObject) }),
    },
  },
  '/mcp/tools/call': { post: { tag: 'Tools', summary: 'Call a tool by name', body: toolCallBody, answer: toolAnswer } },
}

/** What every route may answer besides. */
export const failure = failedAnswer

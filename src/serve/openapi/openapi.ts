import * as z from 'zod'
import { tools } from '../../tools/tools.ts'
import { identity } from '../identity.ts'
import { failure, type Operation, operations } from './paths.ts'

type Json = Readonly<Record<string, unknown>>

/** The OpenAPI 3.1 document of the HTTP door. Every schema comes from the zod definition that the route or the tool itself checks with. */
export function openapi(): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [path, methods] of Object.entries(operations)) {
    paths[path.replace(/:(\w+)/g, '{$1}')] = Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [method, operationOf(path, method, operation)]),
    )
  }
  for (const tool of tools) {
    if (tool.kind === 'through') continue
    paths[`/tools/${tool.name}`] = {
      post: {
        ...operationOf(`/tools/${tool.name}`, 'post', {
          tag: 'Tools',
          summary: tool.title,
          description: tool.description,
          body: tool.input,
        }),
        operationId: `tool_${tool.name}`,
        'x-group': tool.group,
        ...(tool.needs === undefined ? {} : { 'x-needs': tool.needs }),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: identity.title ?? identity.name,
      version: identity.version,
      description: 'The data gateway for AI. MCP speaks at `/mcp` and WebSocket at `/ws`; both have their own protocols.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key or a token. Not needed by a caller on this machine, unless it was configured so.',
        },
      },
      schemas: { Error: schemaOf(failure, 'output') },
    },
  }
}

function operationOf(path: string, method: string, operation: Operation): Json {
  const { tag, summary, description, body, bodyTypes, query = {}, answer, answerTypes, status = 200, open } = operation
  const filled = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  const asked = Object.entries(query).map(([name, text]) => ({ name, in: 'query', description: text, schema: { type: 'string' } }))
  const parameters = [...filled, ...asked]
  const schema = answer ? schemaOf(answer, 'output') : undefined
  const types = answerTypes ?? ['application/json']
  return {
    operationId: `${method}_${path.replace(/\W+/g, '_').replace(/^_|_$/g, '') || 'root'}`,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body || bodyTypes ? { requestBody: { required: true, content: bodyOf(body, bodyTypes) } } : {}),
    responses: {
      [status]: {
        description: 'Done',
        ...(status === 204
          ? {}
          : { content: Object.fromEntries(types.map((type) => [type, schema && type === 'application/json' ? { schema } : {}])) }),
      },
      default: { description: 'It failed', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  }
}

const bodyOf = (body: z.ZodType | undefined, types: readonly string[] = []): Json => ({
  ...(body ? { 'application/json': { schema: schemaOf(body, 'input') } } : {}),
  ...Object.fromEntries(types.map((type) => [type, {}])),
})

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io })
  return made
}

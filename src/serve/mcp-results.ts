import { declarationOf, tools } from '../tools/tools.ts'
import { identity, instructions, legacyVersions, modernVersion } from './identity.ts'
import type { Plain } from './mcp-message.ts'
import { modernMarks } from './tool-call.ts'

/** What a server offers beside its tools; more than the product's only where the conformance suite asks for fixtures. */
export type Offer = Readonly<{
  capabilities: Readonly<Record<string, unknown>>
  tools: readonly unknown[]
  /** Prompts and resources are listed here, as none. */
  empty: boolean
}>

/** Prompts and resources are offered empty: clients ask for their lists whether or not a server says that it has them. */
export const offer: Offer = {
  capabilities: { tools: {}, prompts: {}, resources: {}, logging: {} },
  tools: tools.map(declarationOf),
  empty: true,
}

/** The list of tools is the same for everyone and changes with the version only; still it is each client's own to keep. */
const CACHE_MS = 60_000
const cached = `,"ttlMs":${CACHE_MS},"cacheScope":"private"`

/** The answers that need no call, as text, made once. */
export function fixedAnswers({ capabilities, tools }: Offer): (request: Plain) => string {
  const list = `"tools":${JSON.stringify(tools)}`
  const offered = `"capabilities":${JSON.stringify(capabilities)}`
  const told = `"instructions":${JSON.stringify(instructions)}`
  const server = `"serverInfo":${JSON.stringify(identity)}`
  return (request) => {
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(request.id)},"result":{`
    switch (request.method) {
      case 'tools/list':
        return request.modern ? `${head}${list}${cached}${modernMarks}}}` : `${head}${list}}}`
      case 'prompts/list':
      case 'resources/list':
      case 'resources/templates/list':
        return `${head}"${lists[request.method]}":[]${request.modern ? `${cached}${modernMarks}` : ''}}}`
      case 'server/discover':
        return `${head}"supportedVersions":["${modernVersion}"],${offered},${told}${cached}${modernMarks}}}`
      case 'initialize':
        return `${head}"protocolVersion":"${negotiated(request.version)}",${offered},${server},${told}}}`
      default:
        return `${head}}}`
    }
  }
}

const lists = { 'prompts/list': 'prompts', 'resources/list': 'resources', 'resources/templates/list': 'resourceTemplates' } as const

/** True for the methods whose answers `fixedAnswers` has made. */
export const isFixed = (request: Plain, { empty }: Offer): boolean =>
  empty || !(request.method in lists || request.method === 'logging/setLevel')

/** The revision that is asked for when it is known, else the newest: the client then decides whether it can go on. */
const negotiated = (wanted: string) => legacyVersions.find((version) => version === wanted) ?? legacyVersions[0]

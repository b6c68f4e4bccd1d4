import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Change } from './mcp-changes.ts'
import { isObject } from './mcp-message.ts'
import { type Client, type SdkSetting, sdkServer } from './sdk.ts'

type Message = Parameters<NonNullable<Transport['onmessage']>>[0]
type Transport = NonNullable<NonNullable<Parameters<typeof serveStdio>[1]>['transport']>

/** The SDK's side of a connection. `tell` passes on a change to those of its subscriptions that want to hear of it. */
export type SdkConnection = Readonly<{ deliver(message: unknown): void; tell(change: Change): Promise<void>; close(): Promise<void> }>

/**
 * The SDK's side of a connection that was answered without it so far: it is told the handshake as if it had been there, and its answer to
 * that, which the client has got from us, is kept from the client. `watched` names the addresses of a source that somebody wants to hear of.
 */
export function sdkStdio(
  setting: SdkSetting,
  client: Client,
  handshake: readonly unknown[],
  send: (message: unknown) => void,
  watched: (source: string) => readonly string[],
): SdkConnection {
  const first = handshake[0]
  let swallow = isObject(first) ? first.id : undefined
  const wire: Transport = {
    start: async () => undefined,
    close: async () => undefined,
    send: async (message) => {
      if (swallow !== undefined && (message as { id?: unknown }).id === swallow && !('method' in message)) swallow = undefined
      else send(message)
    },
  }
  let server: ReturnType<typeof sdkServer> | undefined
  const handle = serveStdio(
    ({ era }) => {
      server = sdkServer(setting, client, era === 'modern')
      return server
    },
    { transport: wire },
  )
  const deliver = (message: unknown) => wire.onmessage?.(message as Message)
  for (const message of handshake) deliver(message)
  return {
    deliver,
    async tell(change) {
      if (!server) return
      if (change.kind === 'schema') {
        for (const uri of watched(change.source)) await server.sendResourceUpdated({ uri })
        return
      }
      await server.sendToolListChanged()
      await server.sendPromptListChanged()
      await server.sendResourceListChanged()
    },
    close: () => handle.close(),
  }
}

import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Credential } from '../call.ts'
import { isObject } from './mcp-message.ts'
import { type SdkSetting, sdkServer } from './sdk.ts'

type Message = Parameters<NonNullable<Transport['onmessage']>>[0]
type Transport = NonNullable<NonNullable<Parameters<typeof serveStdio>[1]>['transport']>

/**
 * The SDK's side of a connection that was answered without it so far: it is told the handshake as if it had been there, and its answer to
 * that, which the client has got from us, is kept from the client.
 */
export function sdkStdio(setting: SdkSetting, credential: Credential, handshake: readonly unknown[], send: (message: unknown) => void) {
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
  const handle = serveStdio(() => sdkServer(setting, credential), { transport: wire })
  const deliver = (message: unknown) => wire.onmessage?.(message as Message)
  for (const message of handshake) deliver(message)
  return { deliver, close: () => handle.close() }
}

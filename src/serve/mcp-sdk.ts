import type { Exchange } from './exchange.ts'
import type { Change } from './mcp-changes.ts'
import { type Client, type SdkSetting, sdkHandler, toNodeHandler } from './sdk.ts'

/** The SDK's side of streamable HTTP. `uris` names the addresses of a source that some subscription wants to hear of. */
export function sdkOverHttp(setting: SdkSetting, uris: (source: string) => Iterable<string>) {
  const handler = sdkHandler(setting)
  const serve = toNodeHandler(handler)
  return {
    async handle(exchange: Exchange, client: Client, message: unknown): Promise<void> {
      const { request, response } = exchange
      for (let i = 0; i < exchange.headers.length; i += 2) response.setHeader(exchange.headers[i]!, exchange.headers[i + 1]!)
      const auth = { token: '', clientId: '', scopes: [], extra: { client } }
      await serve(Object.assign(request, { auth }) as never, response as never, message)
    },
    tell(change: Change): void {
      const { notify } = handler
      if (change.kind === 'schema') {
        for (const uri of uris(change.source)) notify.resourceUpdated(uri)
        return
      }
      notify.toolsChanged()
      notify.promptsChanged()
      notify.resourcesChanged()
    },
    close: () => handler.close(),
  }
}

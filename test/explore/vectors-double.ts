import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An OpenAI-compatible address for vectors: words of one meaning, in any of these languages, lie in one direction. */
const meanings: Readonly<Record<string, number>> = {
  ...{ salary: 0, salaries: 0, gehalt: 0, verdient: 0, salaire: 0, amount: 0 },
  ...{ customer: 1, customers: 1, kunden: 1, kunde: 1, clientes: 1 },
  ...{ order: 2, orders: 2, bestellungen: 2, commandes: 2 },
  ...{ password: 3, kennwort: 3 },
  ...{ country: 4, land: 4, quittung: 5, receipts: 5 },
}
const LENGTH = 24

function vectorOf(text: string): number[] {
  const vector = Array.from({ length: LENGTH }, (_, i) => 0.02 * Math.cos(text.length * (i + 3)))
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    // Any other word means something of its own.
    vector[meanings[word] ?? 8 + (word.length % 16)]! += 1
  }
  return vector
}

export type Double = Readonly<{
  url: string
  sent: string[]
  keys: Set<string>
  fail(status: number | undefined): void
  close(): Promise<void>
}>

export async function openVectors(): Promise<Double> {
  const sent: string[] = []
  const keys = new Set<string>()
  let failing: number | undefined
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    keys.add(String(request.headers.authorization))
    if (failing !== undefined || request.url !== '/v1/embeddings') {
      response.writeHead(failing ?? 404, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}')
      return
    }
    const { input, model } = JSON.parse(body) as { input: string[]; model: string }
    sent.push(...input)
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: 1, total_tokens: 1 } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    sent,
    keys,
    fail(status) {
      failing = status
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

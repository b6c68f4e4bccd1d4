import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { SluiceError } from '../error.ts'

/**
 * The whole body. Throws `body_too_large` as soon as it is known to be (what still comes is then thrown away while the answer is on its
 * way) and `body_unreadable` when it breaks off. Its time is bounded by the server's request timeout.
 */
export function readBody({ request, bodyBytesMax }: Readonly<{ request: IncomingMessage; bodyBytesMax: number }>): Promise<Buffer> {
  if (Number(request.headers['content-length']) > bodyBytesMax) {
    request.resume()
    return Promise.reject(tooLarge(bodyBytesMax))
  }
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let rest: Buffer[] | undefined
    let bytes = 0
    const refuse = (error: SluiceError) => {
      request.removeListener('data', take)
      request.resume()
      first = rest = undefined
      reject(error)
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes > bodyBytesMax) return refuse(tooLarge(bodyBytesMax))
      if (!first) first = chunk
      else if (rest) rest.push(chunk)
      else rest = [chunk]
    }
    request.on('data', take)
    request.once('end', () => resolve(rest ? Buffer.concat([first!, ...rest], bytes) : (first ?? Buffer.alloc(0))))
    request.once('close', () => {
      if (!request.complete) reject(new SluiceError('body_unreadable', 'The request broke off before its body was complete.'))
    })
    request.once('error', () => reject(new SluiceError('body_unreadable', 'The request broke off before its body was complete.')))
  })
}

const tooLarge = (most: number) => new SluiceError('body_too_large', `The body is larger than ${most} bytes.`)

/** The body as JSON; throws `body_unreadable`. */
export function parseJson(body: Buffer): unknown {
  if (body.byteLength === 0) throw new SluiceError('body_unreadable', 'The request has no body.')
  if (!isUtf8(body)) throw new SluiceError('body_unreadable', 'The body is not UTF-8.')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new SluiceError('body_unreadable', 'The body is not JSON.', { cause })
  }
}

/** True for `application/json` with or without parameters; two joined headers are not one. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true
  return contentType !== undefined && /^application\/json[ \t]*(;[^,]*)?$/i.test(contentType.trim())
}

/** The JSON body of a request that says it is JSON; throws `body_unreadable` or `body_too_large`. */
export async function jsonBody(exchange: Readonly<{ request: IncomingMessage; bodyBytesMax: number }>): Promise<unknown> {
  if (!isJson(exchange.request.headers['content-type'])) {
    exchange.request.resume()
    throw new SluiceError('body_unreadable', 'The Content-Type must be application/json.')
  }
  return parseJson(await readBody(exchange))
}

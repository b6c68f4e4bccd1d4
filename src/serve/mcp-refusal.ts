/** A failure of the protocol itself, told by its own number. `status` is how HTTP tells it. */
export class RpcRefusal extends Error {
  readonly code: number
  readonly data: unknown
  readonly status: number
  constructor(code: number, message: string, data?: unknown, status = 200) {
    super(message)
    this.name = 'RpcRefusal'
    this.code = code
    this.data = data
    this.status = status
  }
}

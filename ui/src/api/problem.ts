import type { components } from './schema.d.ts'

/** What the gateway says of a failure. `status` 0 is a gateway that does not answer at all. */
export type Told = Omit<components['schemas']['Error']['error'], 'code'> & { code: string }

/** A failure as the gateway tells it, to be shown to a person. */
export class Problem extends Error {
  readonly told: Told
  constructor(told: Told) {
    super(told.message)
    this.name = 'Problem'
    this.told = told
  }
}

/** The gateway cannot be reached: it is stopping, restarting, or the network is gone. */
export const unreachable = (): Problem =>
  new Problem({ code: 'unreachable', status: 0, message: 'The gateway does not answer.', mend: 'operator', hint: '' })

/** A failure of whatever kind as a problem; one that nobody named says only what it is. */
export function problemOf(caught: unknown): Problem {
  if (caught instanceof Problem) return caught
  if (caught instanceof TypeError) return unreachable()
  const message = caught instanceof Error ? caught.message : String(caught)
  return new Problem({ code: 'internal', status: 500, message, mend: 'operator', hint: '' })
}

/** True for a request that this page itself has given up. */
export const isAbort = (caught: unknown): boolean => caught instanceof DOMException && caught.name === 'AbortError'

/** The problem that an answer of the gateway tells, whatever its form. */
export async function problemIn(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as { error?: Told }
    if (body.error?.code) return new Problem({ ...body.error, status: body.error.status ?? response.status })
  } catch {
    // Not ours: a proxy between, perhaps. Its status says what there is to say.
  }
  if (response.status === 502 || response.status === 503 || response.status === 504) return unreachable()
  return new Problem({
    code: 'internal',
    status: response.status,
    message: `${response.status} ${response.statusText}`,
    mend: 'operator',
    hint: '',
  })
}

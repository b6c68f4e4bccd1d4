/** One value of the configuration as an administrator may see it, and who said it. */
export type Told = Readonly<{ key: string; value: unknown; from: 'file' | 'environment' | 'registry' | 'default' }>

const SECRET = /(^|_)(password|secret|token|hash|api_key|url|key)$/
/** Holds an address, but nobody's password. */
const PLAIN: ReadonlySet<string> = new Set(['public_url', 'base_url', 'tls_key'])

/** An address in which somebody's password may stand. */
const WITH_LOGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*@/i

/** Every value that is set or has a default, by its path. What may be a secret is told as `***`. */
export function told(
  raw: unknown,
  inFile: (path: string) => boolean,
  inEnvironment: (path: string) => boolean,
  inRegistry: (path: string) => boolean,
): readonly Told[] {
  const found: Told[] = []
  const walk = (value: unknown, path: string, from: Told['from']) => {
    if (value === undefined) return
    const origin = inEnvironment(path) ? 'environment' : inFile(path) ? 'file' : inRegistry(path) ? 'registry' : from
    if (isBranch(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`, within(origin, path))
      return
    }
    const name = path.slice(path.lastIndexOf('.') + 1)
    const hidden = (SECRET.test(name) && !PLAIN.has(name) && value !== '') || (typeof value === 'string' && WITH_LOGIN.test(value))
    found.push({ key: path, value: hidden ? '***' : value, from: origin })
  }
  walk(raw, '', 'default')
  return found
}

/** A variable says a whole entry of a list; of a block in the file, what the file leaves out is still a default. */
const within = (origin: Told['from'], path: string): Told['from'] =>
  origin === 'environment' && /^keys\.\d+$/.test(path) ? origin : 'default'

/** A list of texts is a value, a list of blocks has values. */
const isBranch = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some((entry) => typeof entry === 'object'))

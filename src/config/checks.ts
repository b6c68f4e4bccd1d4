import { nearest } from '../nearest.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import type { Reading } from './reader.ts'
import { checkRoleNames } from './roles.ts'
import { identityOf, type Raw, type RawSource } from './settled.ts'

/** What one key alone cannot show. `names` are the sources that a key may be good for; undefined where they are not known. */
export async function checkAcross(raw: Raw, names: readonly string[] | undefined, reading: Reading): Promise<void> {
  checkSources(raw, reading)
  await checkIdentities(raw, reading)
  checkServer(raw, reading)
  checkKeys(raw, names, reading)
  checkPrice(raw, reading)
}

function checkPrice({ llm: { price } }: Raw, { places, problems }: Reading): void {
  if ((price.input === undefined) !== (price.output === undefined))
    problems.add(places.get('llm.price'), 'llm.price: must have both input and output')
}

export const connectorNames = Object.keys(connectors) as ConnectorName[]

/** What a source may be called. */
export const sourceName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

function checkSources({ sources }: Raw, { places, problems }: Reading): void {
  for (const [name, { connector }] of Object.entries(sources)) {
    const at = `sources.${name}`
    if (!sourceName.test(name)) {
      problems.add(places.get(at), `${at}: a name starts with a letter and holds letters, digits, - and _`)
    }
    if (connector === undefined || connectorNames.includes(connector)) continue
    const near = nearest(connector, connectorNames)[0]
    const help = near === undefined ? `known: ${connectorNames.join(', ')}` : `did you mean "${near}"?`
    problems.add(places.get(`${at}.connector`) ?? places.get(at), `${at}.connector: there is no such connector; ${help}`)
  }
}

async function checkIdentities({ sources }: Raw, { places, problems }: Reading): Promise<void> {
  for (const [name, { connector, identity }] of Object.entries(sources)) {
    if (!connectorNames.includes(connector) || identity === undefined) continue
    for (const { key, text } of await identityProblems(connector, identity)) {
      const at = `sources.${name}.${key}`
      problems.add(places.get(at) ?? places.get(`sources.${name}.identity`), `${at}: ${text}`)
    }
  }
}

/** What is wrong with how a source is to see its callers: what it cannot do it must not promise, or they would all be the shared user. */
export async function identityProblems(
  connector: ConnectorName,
  identity: RawSource['identity'],
): Promise<readonly Readonly<{ key: string; text: string }>[]> {
  const found: { key: string; text: string }[] = []
  const { can, dialect } = await connectors[connector]()
  if (identityOf(identity) && !can.identity) found.push({ key: 'identity', text: `a source of the kind ${connector} knows no other users` })
  else if (Object.keys(identity.settings).length > 0 && dialect !== 'postgres')
    found.push({ key: 'identity.settings', text: 'only PostgreSQL has them' })
  else if (identity.role !== undefined && dialect !== 'postgres') found.push({ key: 'identity.role', text: 'only PostgreSQL has it' })
  // Any other setting might undo what the second lock relies on.
  const strange = Object.keys(identity.settings).find((setting) => !/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)+$/.test(setting))
  if (strange !== undefined) found.push({ key: 'identity.settings', text: 'a name has a dot in it, such as app.tenant' })
  const { user, password } = identity.login
  if (user === undefined && password !== undefined) found.push({ key: 'identity.login.user', text: 'is missing' })
  const texts = [identity.role, user, password, ...Object.values(identity.settings)].filter((text) => text !== undefined)
  const broken = texts.some((text) => /\{\{|\}\}/.test(text.replaceAll(/\{\{\s*principal\.[A-Za-z_][A-Za-z0-9_-]*\s*\}\}/g, '')))
  if (broken) found.push({ key: 'identity', text: 'a place is written {{principal.NAME}}' })
  return found
}

function checkServer({ server }: Raw, { places, problems }: Reading): void {
  const at = (name: string) => places.get(`server.${name}`)
  for (const name of ['sse_path', 'messages_path'] as const) {
    if (server[name] !== undefined && !/^\/[A-Za-z0-9._~/-]*$/.test(server[name]))
      problems.add(at(name), `server.${name}: must be a path such as /sse`)
  }
  const address = server.public_url
  if (address !== undefined && !/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    problems.add(at('public_url'), 'server.public_url: must be an http or https address')
}

function checkKeys(raw: Raw, known: readonly string[] | undefined, { places, problems }: Reading): void {
  for (const key of ['profile_role', 'values_role'] as const) {
    const role = raw.catalog[key]
    if (role !== undefined) checkRoleNames([role], `catalog.${key}`, raw.roles, places, problems)
  }
  checkRoleNames(raw.local.roles, 'local.roles', raw.roles, places, problems)
  const names = new Set(['local'])
  const hashes = new Set<string>()
  raw.keys.forEach(({ name, hash, roles, sources }, i) => {
    const at = `keys.${i}`
    checkRoleNames(roles, `${at}.roles`, raw.roles, places, problems)
    const strange = known && sources?.find((source) => !known.includes(source))
    if (strange !== undefined) problems.add(places.get(`${at}.sources`), `${at}.sources: there is no source "${strange}"`)
    // That is how the callers of an OpenID provider are called.
    if (name?.startsWith('oidc:')) problems.add(places.get(`${at}.name`), `${at}.name: must not begin with oidc:`)
    if (name !== undefined && names.has(name)) problems.add(places.get(`${at}.name`), `${at}.name: the name is taken`)
    if (hash !== undefined && hashes.has(hash)) problems.add(places.get(`${at}.hash`), `${at}.hash: another key has this hash`)
    names.add(name)
    hashes.add(hash)
  })
}

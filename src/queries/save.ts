import { newId, planned, readIn } from '../bank.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { QueryPatch, SavedQuery } from '../store/store.ts'
import { found } from './find.ts'
import { bounds, lookAt, type Scene, seenSchema, unknownQuery, withQueries } from './scene.ts'
import type { QueryTold } from './told.ts'

/** What is saved. `roles` are those that may find it, `*` everybody. */
export type QueryWanted = Readonly<{
  name: string
  statement: string
  description?: string | undefined
  tags?: readonly string[] | undefined
  roles?: readonly string[] | undefined
}>
/** `revision` is the one that was read: what somebody has changed since is not overwritten. */
export type QueryChange = Readonly<{ [K in keyof QueryWanted]?: QueryWanted[K] | undefined }> & Readonly<{ revision?: number | undefined }>

/** Saves a reading statement that the caller may run; it is not run. Throws what refuses it, and `queries_full`. */
export const saveQuery = (call: Call, wanted: QueryWanted, parts: Parts): Promise<QueryTold> =>
  withQueries(
    call,
    parts,
    () => 1,
    async (scene) => {
      const at = new Date().toISOString()
      const query: SavedQuery = {
        id: newId(),
        owner: scene.principal.name,
        source: call.source,
        name: nameOf(wanted.name),
        description: textOf(wanted.description ?? '', 'description', bounds.descriptionCharsMax),
        tags: listOf(wanted.tags ?? [], 'tags', bounds.tagsMax, bounds.tagCharsMax),
        roles: listOf(wanted.roles ?? [], 'roles', bounds.rolesMax, bounds.roleCharsMax),
        ...(await statementOf(wanted.statement, scene, call.source)),
        revision: 1,
        createdAt: at,
        updatedAt: at,
      }
      await scene.store.queries.add(query, bounds.ownMax)
      return (await found(query.id, scene)).told
    },
  )

/** Changes what is named of a query of the caller's own. Throws `query_unknown`, `action_refused`, `change_conflict`. */
export const changeQuery = (call: Call, id: string, change: QueryChange, parts: Parts): Promise<QueryTold> =>
  withQueries(
    call,
    parts,
    () => 1,
    async (scene) => {
      const { query, told } = await found(id, scene)
      if (!told.own) throw new SluiceError('action_refused', 'Only its owner changes a saved query; save one of your own.')
      if (change.revision !== undefined && change.revision !== query.revision) throw conflict()
      const changed = await scene.store.queries.change(id, query.revision, await patchOf(query, change, scene))
      if (!changed) throw (await scene.store.queries.find(id)) ? conflict() : unknownQuery()
      return (await found(id, scene)).told
    },
  )

/** Removes a query of the caller's own; who administers the source and sees all of it may remove shared ones. Throws `query_unknown`, `action_refused`. */
export const removeQuery = (call: Call, id: string, parts: Parts): Promise<boolean> =>
  withQueries(
    call,
    parts,
    () => 1,
    async (scene) => {
      const { query, told } = await found(id, scene)
      if (!told.own) {
        const grant = await parts.policy.grant(scene.principal, query.source)
        if (!grant.actions.has('admin') || grant.restricted)
          throw new SluiceError('action_refused', 'A saved query is removed by its owner or by who administers the source.')
      }
      return scene.store.queries.remove(id)
    },
  )

const conflict = () =>
  new SluiceError('change_conflict', 'The saved query was changed meanwhile.', { hint: 'Read it again and decide which is right.' })

async function patchOf({ source }: SavedQuery, change: QueryChange, scene: Scene): Promise<QueryPatch> {
  const { name, statement, description, tags, roles } = change
  return {
    ...(name === undefined ? {} : { name: nameOf(name) }),
    ...(description === undefined ? {} : { description: textOf(description, 'description', bounds.descriptionCharsMax) }),
    ...(tags === undefined ? {} : { tags: listOf(tags, 'tags', bounds.tagsMax, bounds.tagCharsMax) }),
    ...(roles === undefined ? {} : { roles: listOf(roles, 'roles', bounds.rolesMax, bounds.roleCharsMax) }),
    ...(statement === undefined ? {} : await statementOf(statement, scene, source)),
    updatedAt: new Date().toISOString(),
  }
}

type Said = Pick<SavedQuery, 'statement' | 'dialect' | 'tables' | 'params' | 'grantVersion' | 'version'>

/** What a statement names may be newer than the schema, which is then read again, once. */
async function statementOf(text: string, scene: Scene, source: string): Promise<Said> {
  const look = await lookAt(scene, source)
  try {
    return await readAs(text, look, scene)
  } catch (error) {
    if (!(error instanceof SluiceError) || !STALE.has(error.code)) throw error
    const fresh = await lookAt(scene, source, true)
    if (fresh.schema.version === look.schema.version) throw error
    return readAs(text, fresh, scene)
  }
}
const STALE: ReadonlySet<string> = new Set(['table_unknown', 'column_unknown', 'function_unknown'])

async function readAs(text: string, look: Look, { parts, store }: Scene): Promise<Said> {
  const statement = text.trim()
  if (statement.length > bounds.statementCharsMax)
    throw new SluiceError('sql_too_large', `A saved query has at most ${bounds.statementCharsMax} characters.`)
  const { kind, params } = await planned(look, statement, parts)
  if (kind !== 'read') throw new SluiceError('statement_refused', 'Only statements that answer rows are saved: SELECT, WITH, VALUES.')
  if (!look.grant.actions.has('read'))
    throw new SluiceError('action_refused', `Your roles do not allow the action "read" on "${look.source.name}".`)
  const { uses } = await readIn({ source: look.source, schema: seenSchema(look) }, statement, parts)
  const version = (await store.versions.newest(look.source.name))?.number ?? 0
  return { statement, dialect: look.source.dialect, tables: uses, params, grantVersion: look.grant.version, version }
}

function nameOf(text: string): string {
  const name = textOf(text, 'name', bounds.nameCharsMax).replace(/\s+/g, ' ').trim()
  if (name === '') throw new SluiceError('field_invalid', 'The field name must hold a name.')
  return name
}

function textOf(text: string, field: string, most: number): string {
  if (text.length > most) throw new SluiceError('field_invalid', `The field ${field} may have at most ${most} characters.`)
  if (text.includes('\0') || !text.isWellFormed()) throw new SluiceError('field_invalid', `The field ${field} holds what is no text.`)
  return text
}

function listOf(words: readonly string[], field: string, most: number, charsMax: number): readonly string[] {
  const own = [...new Set(words.map((word) => textOf(word, field, charsMax).trim()))].filter((word) => word !== '')
  if (own.length > most) throw new SluiceError('field_invalid', `The field ${field} may have at most ${most} entries.`)
  return own
}

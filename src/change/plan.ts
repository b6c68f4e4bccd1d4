import type { Value } from '../call.ts'
import type { Wanted } from '../change.ts'
import { type DdlPlan, planDdl } from '../ddl/ddl.ts'
import { type Dml, readStatement } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import { prepare } from '../prepare.ts'
import type { Abilities } from '../source/source.ts'
import { deleteStep, updateStep } from './chosen.ts'
import { Shown } from './collect.ts'
import { canonical } from './digest.ts'
import { insertSelectStep, insertStep, upsertStep } from './new-rows.ts'
import { numbers, type Scene, type Step } from './scene.ts'
import { truncateStep } from './truncate.ts'

/** What a change comes to before anything has run. */
export type Plan = Readonly<{
  kind: 'read' | 'write' | 'ddl'
  /** Nothing is changed: all statements read. */
  reads: boolean
  /** What is done, for the journal, e.g. `update`. */
  what: string
  steps: readonly Step[]
  /** What the caller asked for, as text that is the same for the same change. */
  asked: string
  /** The steps can be run and rolled back. */
  transactional: boolean
  /** The steps run within a transaction. */
  inTransaction: boolean
  /** Only counts, where the steps cannot be rolled back. */
  look?: Step
}>

/** Changes, or statements of a batch, that one call may hold. */
const stepsMax = 1_000
/** Bytes that all reading statements of a batch may answer together. */
const answerBytesMax = 4 * 1024 * 1024

/** Reads, judges and writes down everything that a change will do. Throws SluiceError for whatever may not be done. */
export async function planOf(wanted: Wanted, scene: Scene, can: Abilities): Promise<Plan> {
  const asked = canonical(wanted)
  if (wanted.kind === 'ddl') return { ...ddlPlan(wanted.ddl.kind, await planDdl(wanted.ddl, { ...scene, can })), asked }
  const parts = wanted.kind === 'rows' ? wanted.changes : wanted.statements
  if (parts.length === 0) throw new SluiceError('change_invalid', 'There is nothing to change.')
  if (parts.length > stepsMax) throw new SluiceError('change_invalid', `At most ${stepsMax} statements can be one change.`)
  const steps: Step[] = []
  for (const [i, part] of parts.entries()) {
    try {
      steps.push('sql' in part ? await sqlStep(part.sql, part.params, scene) : await rowsStep(part, scene))
    } catch (error) {
      throw parts.length > 1 ? numberedError(error, i + 1) : error
    }
  }
  const [first] = parts
  const what = parts.length > 1 ? 'batch' : 'kind' in first! ? first.kind : 'statement'
  const reads = steps.every((step) => step.reads === true)
  return { kind: reads ? 'read' : 'write', reads, what, steps, asked, transactional: true, inTransaction: true }
}

function numberedError(error: unknown, number: number): unknown {
  if (!(error instanceof SluiceError)) return error
  const { code, message, hint, cause } = error
  return new SluiceError(code, `Statement ${number}: ${message}`, { hint, cause })
}

function rowsStep(dml: Dml, scene: Scene): Step | Promise<Step> {
  switch (dml.kind) {
    case 'insert':
      return insertStep(dml, scene)
    case 'insert_select':
      return insertSelectStep(dml, scene)
    case 'upsert':
      return upsertStep(dml, scene)
    case 'update':
      return updateStep(dml, scene)
    case 'delete':
      return deleteStep(dml, scene)
    case 'truncate':
      return truncateStep(dml, scene)
    default:
      throw new SluiceError('change_invalid', 'This kind of change is not known.')
  }
}

/** One statement of a batch; one that only reads answers its rows. */
async function sqlStep(sql: string, params: readonly Value[], scene: Scene): Promise<Step> {
  const dml = await readStatement(sql, params, scene.dialect)
  if (dml === 'read') return readStep(sql, params, scene)
  const step = await rowsStep(dml, scene)
  return {
    ...step,
    async run(session, out) {
      await step.run(session, out)
      out.results.push(null)
    },
  }
}

async function readStep(sql: string, params: readonly Value[], scene: Scene): Promise<Step> {
  const { dialect, grant, schema, maskKey } = scene
  const rowsMax = Math.min(grant.limits.rowsDefault, grant.limits.rows)
  const plan = await prepare(sql, { dialect, grant, schema, maskKey, rowsMax })
  if (plan.secrets.length > 0) {
    throw new SluiceError('feature_refused', 'A table with hash masks cannot be read within a change.', {
      hint: 'Read it with execute_sql.',
    })
  }
  if (plan.params !== params.length) {
    throw new SluiceError('parameter_count', `The statement has ${plan.params} placeholders, but ${params.length} values were given.`)
  }
  return {
    reads: true,
    shown: [plan.shown],
    tables: plan.tables,
    policies: plan.policies,
    secrets: [],
    warnings: [],
    async run(session, out) {
      const most = Math.min(answerBytesMax, grant.limits.bytes)
      const shown = new Shown(most - out.answered.bytes, most)
      await session.rows(plan.sql, params, rowsMax, shown)
      out.answered.rows += shown.rows.length
      out.answered.bytes += shown.bytes
      out.results.push({ columns: shown.names, rows: shown.rows })
    },
  }
}

/** DDL as steps. What cannot be rolled back is not run by a preview, which then only counts the rows that are at stake. */
function ddlPlan(what: string, plan: DdlPlan): Omit<Plan, 'asked'> {
  const about = { tables: plan.tables, policies: [], secrets: [] }
  const dependents = plan.dependents.map((name) => `The ${name} depends on it.`)
  const late = plan.transactional
    ? []
    : ['This source cannot roll such statements back: the preview has not run them, and they cannot be undone.']
  const { counts } = plan
  const look: Step = {
    ...about,
    shown: [],
    warnings: [...plan.warnings, ...dependents, ...late],
    async run(session, out) {
      out.cannotUndo('a change of structure cannot be undone')
      if (!counts) return
      const [rows = 0] = await numbers(session, { sql: `SELECT COUNT(*) AS n FROM ${counts.from}`, shown: '', params: [] })
      out.count(counts.table, rows)
    },
  }
  const steps = plan.statements.map(
    (sql): Step => ({ ...about, shown: [sql], warnings: [], run: async (session) => void (await session.run(sql, [])) }),
  )
  return {
    kind: 'ddl',
    reads: false,
    what,
    steps: [look, ...steps],
    transactional: plan.transactional,
    inTransaction: plan.inTransaction && plan.transactional,
    look,
  }
}

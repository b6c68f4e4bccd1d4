import { SluiceError } from '../error.ts'
import { alterTable } from './alter.ts'
import { backupTable } from './backup.ts'
import { createDatabase, createSchema, dropDatabase, dropSchema } from './database.ts'
import type { DdlPlan, DdlSetting } from './ddl.ts'
import { dropTable, dropView } from './drop.ts'
import { createIndex, dropIndex } from './index-plan.ts'
import { createTable } from './table.ts'
import { createView } from './view.ts'
import type { Ddl } from './wanted.ts'

/** What one kind of change comes to; what it leaves out holds for most. */
export type Part = Partial<DdlPlan> & Pick<DdlPlan, 'statements' | 'tables'>

const ADMIN: ReadonlySet<Ddl['kind']> = new Set(['create_database', 'drop_database'])

export async function planOf(ddl: Ddl, setting: DdlSetting): Promise<DdlPlan> {
  const action = ADMIN.has(ddl.kind) ? 'admin' : 'ddl'
  if (!setting.grant.actions.has(action)) {
    throw new SluiceError('action_refused', `Your roles do not allow the action "${action}" on "${setting.grant.source}".`)
  }
  const part = await partOf(ddl, setting)
  const transactional = part.transactional ?? setting.can.transactionalDdl
  const halfway = !transactional && part.statements.length > 1 ? ['If one of the statements fails, those before it stay.'] : []
  return {
    statements: part.statements,
    tables: part.tables,
    destructive: part.destructive ?? false,
    warnings: [...new Set([...(part.warnings ?? []), ...halfway])],
    dependents: part.dependents ?? [],
    transactional,
    inTransaction: part.inTransaction ?? true,
    ...(part.counts ? { counts: part.counts } : {}),
  }
}

function partOf(ddl: Ddl, setting: DdlSetting): Part | Promise<Part> {
  switch (ddl.kind) {
    case 'create_database':
      return createDatabase(ddl, setting)
    case 'drop_database':
      return dropDatabase(ddl, setting)
    case 'create_schema':
      return createSchema(ddl, setting)
    case 'drop_schema':
      return dropSchema(ddl, setting)
    case 'create_table':
      return createTable(ddl, setting)
    case 'drop_table':
      return dropTable(ddl, setting)
    case 'alter_table':
      return alterTable(ddl, setting)
    case 'create_index':
      return createIndex(ddl, setting)
    case 'drop_index':
      return dropIndex(ddl, setting)
    case 'create_view':
      return createView(ddl, setting)
    case 'drop_view':
      return dropView(ddl, setting)
    case 'backup_table':
      return backupTable(ddl, setting)
    default:
      throw new SluiceError('change_refused', 'This change of structure is not known.')
  }
}

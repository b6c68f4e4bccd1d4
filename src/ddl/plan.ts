import { SluiceError } from '../error.ts'
import type { DdlPlan, DdlSetting } from './ddl.ts'
import type { Ddl } from './wanted.ts'

export async function planOf(ddl: Ddl, _setting: DdlSetting): Promise<DdlPlan> {
  throw new SluiceError('not_supported', `The change ${ddl.kind} is not built yet.`)
}

import type { Area } from './area.ts'
import type en from './en.ts'
import ask from './zh/ask.ts'
import catalog from './zh/catalog.ts'
import govern from './zh/govern.ts'
import grid from './zh/grid.ts'
import query from './zh/query.ts'
import run from './zh/run.ts'
import shell from './zh/shell.ts'

const zh: Area<typeof en> = { ...shell, ...ask, ...grid, ...query, ...catalog, ...govern, ...run }
export default zh

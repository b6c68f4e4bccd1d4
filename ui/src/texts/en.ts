import ask from './en/ask.ts'
import catalog from './en/catalog.ts'
import govern from './en/govern.ts'
import grid from './en/grid.ts'
import query from './en/query.ts'
import run from './en/run.ts'
import shell from './en/shell.ts'

/** Every text of the page, one file an area. A text in braces is filled in. */
const en = { ...shell, ...ask, ...grid, ...query, ...catalog, ...govern, ...run }
export default en

import type { Call } from '../call.ts'
import { looking } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { type Broken, menders } from './menders.ts'
import { type Verdict, verdictWithin } from './verdict.ts'

/** `sql` is the mended statement, or as far as mending came; `changes` say what was done, in order. */
export type Fixed = Readonly<{ source: string; fixed: boolean; sql: string; changes: readonly string[]; verdict: Verdict }>

const STEPS_MAX = 8

/**
 * Mends common mistakes in the text of a call, one after the other, until it would run or nothing more is known: quotes and brackets
 * that are open, keywords, functions and quotes of other dialects, names of tables and columns that are nearly right. `said` is the error that
 * the caller got, where they got one. Nothing is run.
 */
export const fix = (call: Call, said: string | undefined, newId: () => string, parts: Parts): Promise<Fixed> =>
  looking(
    call,
    [],
    () => 1,
    parts,
    async (look) => {
      const { dialect, name: source } = look.source
      const { quoteName } = await parts.dialects(dialect)
      const changes: string[] = []
      const seen = new Set([call.text])
      let sql = call.text
      let verdict = await verdictWithin(look, call, newId, parts)
      for (let step = 0; step < STEPS_MAX && (!verdict.valid || (said !== undefined && changes.length === 0)); step++) {
        const broken: Broken = { sql, dialect, quoteName, visible: look.visible, ...wrongOf(verdict, said) }
        const mended = menders.map((mend) => mend(broken)).find((one) => one !== undefined && !seen.has(one.sql))
        if (!mended) break
        sql = mended.sql
        seen.add(sql)
        changes.push(mended.change)
        verdict = await verdictWithin(look, { ...call, text: sql }, newId, parts)
      }
      return { source, fixed: verdict.valid && changes.length > 0, sql, changes, verdict }
    },
  )

/** What is wrong: as we found it, else as the caller was told. */
function wrongOf({ valid, code, reason }: Verdict, said: string | undefined): Pick<Broken, 'code' | 'reason'> {
  if (!valid) return { code: code ?? '', reason: reason ?? '' }
  const text = said ?? ''
  const kind = /column|field/i.test(text) ? 'column_unknown' : /table|relation|view/i.test(text) ? 'table_unknown' : 'sql_syntax'
  return { code: /function/i.test(text) ? 'function_unknown' : kind, reason: text }
}

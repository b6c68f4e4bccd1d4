import type { DialectName, Facts, TableRef } from '../facts.ts'
import type { Grant } from '../grant.ts'
import type { Schema, Table } from '../schema.ts'

/** A table reference together with what it stands for. `table` is undefined where no schema is known (`sluice check` without a source). */
export type Resolved = Readonly<{ ref: TableRef; table: Table | undefined }>

/** What the guard decides by. Without `schema` nothing can be resolved; without `grant` every table is open (both only in `sluice check`). */
export type Setting = Readonly<{ dialect: DialectName; grant?: Grant; schema?: Schema }>

/**
 * Lets go on what is understood, harmless and granted; throws SluiceError for everything else, with a hint that an agent can act on.
 * Answers the tables, resolved.
 */
export type Guard = (facts: Facts, setting: Setting) => readonly Resolved[]

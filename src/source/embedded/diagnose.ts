import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Schema } from '../../schema.ts'
import type { Step, Told } from '../source.ts'
import { Engine, EngineError } from './engine.ts'

/** What a step found; `mend` where it is no failure and could still be better. */
type Found = Readonly<{ text: string; mend?: string }>

/** What a kind of embedded engine brings to find out why its source does not answer. */
export type EmbeddedDiagnosis = Readonly<{
  title: string
  engine: 'sqlite' | 'duckdb'
  path: string
  folder: boolean
  /** What stands at a place of every file of this kind. Undefined for folders. */
  mark?: Readonly<{ at: number; text: string }>
  /** What `open` takes. */
  open: () => Promise<unknown>
  /** What `describe` takes. */
  describe: unknown
  /** Why an engine could not open it, where that is known. */
  why: (error: unknown) => Found | undefined
}>

/** Why a step failed, in words for people. */
class StepFailed extends Error {
  readonly mend: string
  constructor(text: string, mend: string) {
    super(text)
    this.mend = mend
  }
}

const stepMsMax = 20_000

/** Goes the way to the data step by step, in a process of its own, and ends at the first that fails. Never rejects; names no folder. */
export async function diagnoseEmbedded(given: EmbeddedDiagnosis, signal: AbortSignal, hears?: Told): Promise<readonly Step[]> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(stepMsMax)])
  const steps: Step[] = []
  const go = async (step: string, work: () => Promise<Found>): Promise<boolean> => {
    const from = performance.now()
    const told = (ok: boolean, found: Found): boolean => {
      const one = { step, ok, ms: Math.round((performance.now() - from) * 10) / 10, ...found }
      steps.push(one)
      hears?.(one)
      return ok
    }
    return work().then(
      (found) => told(true, found),
      (error: unknown) => told(false, failure(error, until)),
    )
  }
  const name = basename(given.path)
  const what = given.folder ? 'folder' : 'file'
  const engine = new Engine(given.engine)
  try {
    for (const [step, work] of [
      [`find the ${what}`, () => find(given, name, what)],
      [`read the ${what}`, () => read(given, name, what)],
      ['open the database', () => openIt(given, engine, until)],
      ['list the tables', () => list(given, engine, until)],
      ['rights', () => rights(given, name)],
    ] as const) {
      if (!(await go(step, work))) break
    }
  } finally {
    await engine.kill()
  }
  return steps
}

function failure(error: unknown, until: AbortSignal): Found {
  if (error instanceof StepFailed) return { text: error.message, mend: error.mend }
  if (until.aborted) return { text: 'It took too long or was stopped.', mend: 'Start it again when the machine has less to do.' }
  return { text: 'It failed for a reason that only the log tells.', mend: 'Look at the log of the gateway at this moment.' }
}

async function find({ path, folder }: EmbeddedDiagnosis, name: string, what: string): Promise<Found> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES')
      throw new StepFailed(`The folder of ${name} may not be entered.`, 'Let the user that Sluice runs as enter it.')
    throw new StepFailed(
      `There is no ${what} ${name}.`,
      `Correct \`${folder ? 'folder' : 'path'}\`; in a container, see that the volume is there.`,
    )
  })
  if (folder ? !found.isDirectory() : !found.isFile()) throw new StepFailed(`${name} is no ${what}.`, `Name a ${what}.`)
  return { text: folder ? `${name} is there.` : `${name} is there and has ${found.size} bytes.` }
}

async function read({ path, folder, mark, title }: EmbeddedDiagnosis, name: string, what: string): Promise<Found> {
  await access(path, folder ? constants.R_OK | constants.X_OK : constants.R_OK).catch(() => {
    throw new StepFailed(`The ${what} ${name} may not be read.`, 'Give the user that Sluice runs as the right to read it.')
  })
  if (!mark) return { text: `${name} may be read.` }
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mark.text.length), 0, mark.text.length, mark.at)
    if (size > 0 && buffer.toString('latin1', 0, bytesRead) !== mark.text) {
      throw new StepFailed(
        `${name} is no ${title} database.`,
        'Correct `path`, or the kind of the source. An encrypted file cannot be read.',
      )
    }
  } finally {
    await file.close()
  }
  return { text: `${name} may be read and is a ${title} database.` }
}

async function openIt({ open, why }: EmbeddedDiagnosis, engine: Engine, until: AbortSignal): Promise<Found> {
  try {
    const { version, broken = [] } = await engine.ask<{ version: string; broken?: readonly { table: string }[] }>(
      'open',
      await open(),
      until,
      0,
    )
    if (broken.length === 0) return { text: `${version} has opened it.` }
    return {
      text: `${version} has opened it, but not the files of ${broken.map(({ table }) => table).join(', ')}.`,
      mend: 'Repair or remove these files.',
    }
  } catch (error) {
    const known = why(error)
    if (known) throw new StepFailed(known.text, known.mend ?? 'Try again.')
    if (error instanceof EngineError)
      throw new StepFailed('The database cannot be opened; the file may be damaged.', 'Restore it from a copy.')
    throw error
  }
}

async function list({ describe }: EmbeddedDiagnosis, engine: Engine, until: AbortSignal): Promise<Found> {
  const { tables } = await engine.ask<Schema>('describe', describe, until, 0).catch((error) => {
    if (error instanceof EngineError)
      throw new StepFailed('The tables cannot be listed; the file may be damaged.', 'Restore it from a copy.')
    throw error
  })
  const own = tables.filter(({ system }) => !system).length
  return { text: `It holds ${own} ${own === 1 ? 'table or view' : 'tables and views'}.` }
}

async function rights({ path, folder, title }: EmbeddedDiagnosis, name: string): Promise<Found> {
  if (folder) return { text: 'Files of a folder are only read.' }
  const may = (place: string) =>
    access(place, constants.W_OK).then(
      () => true,
      () => false,
    )
  // A journal is made beside the file.
  if ((await may(path)) && (await may(dirname(path)))) return { text: `${name} may be written to, by roles that may change it.` }
  return {
    text: `${title} can read ${name}, but a change would fail: the file or its folder may not be written to.`,
    mend: 'Nothing, if it is only to be read; else give the user that Sluice runs as the right to write both.',
  }
}

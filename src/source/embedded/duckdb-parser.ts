import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'
import type { DuckdbParser } from '../../sql/sql.ts'
import { Engine, EngineError, EngineGone } from './engine.ts'

/** Reading takes little; a text that wants more is refused by the engine itself. */
const opening = { memoryMb: 256, threads: 1 }

/** DuckDB's own parser in a process that holds no data; one that takes too long over a text is killed, and the next text gets a new one. */
class ParserProcess implements DuckdbParser {
  #engine: Promise<Engine> | undefined

  kinds(text: string): Promise<readonly string[]> {
    return this.#read('kinds', { text })
  }

  serialize(text: string): Promise<string> {
    return this.#read('serialize', { text })
  }

  deserialize(tree: string): Promise<string> {
    return this.#read('deserialize', { tree })
  }

  /** A process that another text has brought down says nothing about this one, which is tried once more. */
  async #read<T>(op: string, args: unknown): Promise<T> {
    try {
      return await this.#tried<T>(op, args)
    } catch (error) {
      if (error instanceof EngineGone) return await this.#tried<T>(op, args).catch(refused)
      return refused(error)
    }
  }

  async #tried<T>(op: string, args: unknown): Promise<T> {
    const engine = await this.#living()
    const late = new AbortController()
    const timer = setTimeout(
      () => late.abort(new SluiceError('sql_too_slow', `The statement could not be read within ${limits.parseMsMax} ms.`)),
      limits.parseMsMax,
    )
    try {
      return await engine.ask<T>(op, args, late.signal, 0)
    } finally {
      clearTimeout(timer)
    }
  }

  async #living(): Promise<Engine> {
    const known = this.#engine
    if (known) {
      const engine = await known
      if (engine.alive) return engine
      if (this.#engine === known) this.#engine = undefined
    }
    this.#engine ??= started()
    this.#engine.catch(() => {
      this.#engine = undefined
    })
    return this.#engine
  }
}

async function started(): Promise<Engine> {
  const engine = new Engine('duckdb')
  await engine.ask('open', opening, AbortSignal.timeout(limits.connectMsMax), 0)
  return engine
}

function refused(error: unknown): never {
  if (error instanceof EngineGone) {
    throw new SluiceError('sql_too_slow', 'The reader of DuckDB ended over this statement.', { cause: error })
  }
  if (error instanceof EngineError) {
    throw new SluiceError('sql_syntax', `DuckDB: ${error.message.split('\n')[0]}`, { cause: error })
  }
  throw error
}

/** The parser that `dialects` needs; its process starts with the first text. */
export const duckdbParser = async (): Promise<DuckdbParser> => new ParserProcess()

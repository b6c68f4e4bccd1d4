import { publicError, SluiceError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { ask } from './ask.ts'
import { auditExport } from './audit-export.ts'
import { auditList } from './audit-list.ts'
import { auditVerify } from './audit-verify.ts'
import { bankAdd } from './bank-add.ts'
import { bankExport, bankImport } from './bank-carry.ts'
import { bankFind } from './bank-find.ts'
import { bankList } from './bank-list.ts'
import { bankReview } from './bank-review.ts'
import { bankVerify } from './bank-verify.ts'
import { catalogDiff } from './catalog-diff.ts'
import { catalogNotes } from './catalog-notes.ts'
import { catalogPaths } from './catalog-paths.ts'
import { catalogPii } from './catalog-pii.ts'
import { catalogProfile } from './catalog-profile.ts'
import { catalogShow } from './catalog-show.ts'
import { catalogSync } from './catalog-sync.ts'
import { catalogTag } from './catalog-tag.ts'
import { catalogVersions } from './catalog-versions.ts'
import { check } from './check.ts'
import { type Command, exitOf, exits, type House, outputClosed, type Terminal, Trouble, UsageError } from './command.ts'
import { contextOf } from './context.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { evalAsk } from './eval-ask.ts'
import { evalPii } from './eval-pii.ts'
import { evalRetrieval } from './eval-retrieval.ts'
import { givenTo } from './given.ts'
import { helpOf, overview } from './help.ts'
import { importCommand } from './import.ts'
import { init } from './init.ts'
import { install } from './install.ts'
import { keyCreate } from './key-create.ts'
import { keyGenerate } from './key-generate.ts'
import { keyList } from './key-list.ts'
import { keyRevoke } from './key-revoke.ts'
import { keyRotate } from './key-rotate.ts'
import { keyRotateEncryption } from './key-rotate-encryption.ts'
import { mcp } from './mcp.ts'
import { policyExplain } from './policy-explain.ts'
import { policyList } from './policy-list.ts'
import { query } from './query.ts'
import { savedAdd, savedList, savedRemove } from './saved.ts'
import { serve } from './serve.ts'
import { sourceAdd } from './source-add.ts'
import { sourceChange, sourceDisable, sourceEnable, sourceRemove } from './source-change.ts'
import { sourceImport } from './source-import.ts'
import { sourceList } from './source-list.ts'
import { sourceTest } from './source-test.ts'
import { sources } from './sources.ts'
import { processTerminal } from './terminal.ts'
import { version } from './version.ts'

export { type Command, exits, type House, type Terminal } from './command.ts'
export { flagsOf } from './given.ts'
export { flagDoc, flagName, usageLine } from './help.ts'

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  serve,
  mcp,
  query,
  ask,
  importCommand,
  sources,
  sourceAdd,
  sourceList,
  sourceTest,
  sourceImport,
  sourceChange,
  sourceEnable,
  sourceDisable,
  sourceRemove,
  catalogSync,
  catalogShow,
  catalogVersions,
  catalogDiff,
  savedList,
  savedAdd,
  savedRemove,
  bankList,
  bankFind,
  bankAdd,
  bankReview,
  bankVerify,
  bankExport,
  bankImport,
  catalogTag,
  catalogNotes,
  catalogPaths,
  catalogProfile,
  catalogPii,
  evalAsk,
  evalPii,
  evalRetrieval,
  check,
  policyExplain,
  policyList,
  auditList,
  auditVerify,
  auditExport,
  doctor,
  init,
  install,
  keyCreate,
  keyList,
  keyRotate,
  keyRevoke,
  keyGenerate,
  keyRotateEncryption,
  demo,
]

/** Runs one command line (without `node` and the program) and answers the exit code. Everything that fails is told on standard error. */
export async function cli(args: readonly string[], house: House, terminal: Terminal = processTerminal()): Promise<number> {
  try {
    const [first] = args
    if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && args.length === 1)) {
      terminal.out.write(overview(commands))
      return exits.ok.code
    }
    if (first === '--version' || first === '-v') {
      terminal.out.write(`${version}\n`)
      return exits.ok.code
    }
    const { command, rest } = first === 'help' ? { ...found(args.slice(1)), rest: ['--help'] } : found(args)
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.out.write(helpOf(command))
      return exits.ok.code
    }
    const given = givenTo(command, rest)
    return await command.run(given, contextOf(given, house, terminal, command))
  } catch (error) {
    // Whoever closed the output, as `| head` does, has what they wanted.
    if ((terminal.signal.reason as Error | undefined)?.message !== outputClosed) tell(error, terminal)
    return exitOf(error)
  }
}

/** The command that the first one or two words name. Throws UsageError with the nearest. */
function found(args: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first = '', second = ''] = args
  const long = commands.find(({ name }) => name === `${first} ${second}`)
  if (long) return { command: long, rest: args.slice(2) }
  const short = commands.find(({ name }) => name === first)
  if (short) return { command: short, rest: args.slice(1) }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)
  if (group.length > 0) {
    const near = second === '' || second.startsWith('-') ? undefined : nearest(`${first} ${second}`, group)[0]
    const hint = near === undefined ? `There are: ${group.join(', ')}.` : `Did you mean "${near}"?`
    throw new UsageError(`sluice ${first} needs another word. ${hint}`)
  }
  const near = nearest(
    first,
    commands.flatMap(({ name }) => [name, name.split(' ')[0]!]),
  )[0]
  const hint = near === undefined ? '`sluice --help` lists the commands.' : `Did you mean "${near}"?`
  throw new UsageError(`There is no command "${first.slice(0, 60)}". ${hint}`)
}

function tell(error: unknown, { err, env }: Terminal): void {
  if (error instanceof UsageError) {
    err.write(`sluice: ${error.message}\n`)
    return
  }
  if (error instanceof Trouble) err.write(`sluice: ${error.message}\n  hint: ${error.hint}\n`)
  else if (error instanceof SluiceError) {
    const { code, message, hint } = publicError(error)
    err.write(`sluice: ${message}\n  code: ${code}\n  hint: ${hint}\n`)
  } else err.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
  if (env.SLUICE_DEBUG && error instanceof Error) err.write(`${error.stack}\n${causes(error)}`)
}

const causes = (error: Error): string => (error.cause instanceof Error ? `caused by ${error.cause.stack}\n${causes(error.cause)}` : '')

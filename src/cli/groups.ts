import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import { type Group, groups, groupsNamed } from '../tools/declared.ts'
import { type Flag, type Given, UsageError } from './command.ts'

export const groupsFlag: Flag = {
  doc: `Groups of tools that MCP clients see: ${groups.join(', ')} or all.`,
  value: 'GROUPS',
}

/** The groups that the flag names, else those of the configuration; undefined for those that everybody sees. Throws UsageError. */
export function groupsOf(given: Given, config: Config | undefined): readonly Group[] | undefined {
  const typed = given.text('groups')
  const text = typed ?? config?.server.groups?.join()
  if (text === undefined) return undefined
  try {
    return groupsNamed(text)
  } catch (error) {
    if (error instanceof SluiceError && typed !== undefined) throw new UsageError(error.message)
    throw error
  }
}

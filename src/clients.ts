import { join } from 'node:path'

/** A client whose configuration Sluice can write. `key` is the member that holds the servers. */
export type Client = Readonly<{
  name: string
  title: string
  key: 'mcpServers' | 'servers'
  /** Its file for this person, or for the project in the working folder; undefined where it has none of that kind. */
  file(place: Place): string | undefined
  /** What to do after the file was written. */
  next: string
}>

export type Place = Readonly<{
  platform: NodeJS.Platform
  home: string
  env: Readonly<Record<string, string | undefined>>
  /** The folder of the project, when the entry is for a project only. */
  project: string | undefined
}>

export const clients: readonly Client[] = [
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    key: 'mcpServers',
    file: (place) => (place.project === undefined ? join(appFolder(place), 'Claude', 'claude_desktop_config.json') : undefined),
    next: 'Quit Claude Desktop wholly and start it again.',
  },
  {
    name: 'claude-code',
    title: 'Claude Code',
    key: 'mcpServers',
    file: ({ project, home }) => (project === undefined ? join(home, '.claude.json') : join(project, '.mcp.json')),
    next: 'Start Claude Code anew; /mcp shows the server.',
  },
  {
    name: 'cursor',
    title: 'Cursor',
    key: 'mcpServers',
    file: ({ project, home }) => join(project ?? home, '.cursor', 'mcp.json'),
    next: 'In Cursor open Settings, MCP, and switch the server on.',
  },
  {
    name: 'vscode',
    title: 'VS Code',
    key: 'servers',
    file: (place) =>
      place.project === undefined ? join(appFolder(place), 'Code', 'User', 'mcp.json') : join(place.project, '.vscode', 'mcp.json'),
    next: 'In VS Code run "MCP: List Servers" and start the server.',
  },
]

/** Where applications keep their settings on this kind of machine. */
function appFolder({ platform, home, env }: Place): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return env.APPDATA ?? join(home, 'AppData', 'Roaming')
  return env.XDG_CONFIG_HOME || join(home, '.config')
}

/** One entry of a client's list of servers. */
export type Entry = Readonly<Record<string, unknown>>

/** How the client starts Sluice, or reaches it. VS Code wants the kind of an address to be named. */
export function entryFor(client: Client, wanted: Readonly<{ url: string } | { command: readonly string[] }>): Entry {
  const named = client.key === 'servers'
  if ('url' in wanted) return { ...(named || client.name === 'claude-code' ? { type: 'http' } : {}), url: wanted.url }
  const [command, ...args] = wanted.command
  return { ...(named ? { type: 'stdio' } : {}), command, args }
}

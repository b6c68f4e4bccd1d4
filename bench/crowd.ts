/**
 * Measures the gateway under a crowd: sleeping queries beside quick ones, and 1,000 MCP clients at once.
 *
 *   npm run bench:crowd -- [--seconds N] [--clients N] [--md FILE]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startGateway } from './contenders.ts'
import { crowdClients } from './crowd-clients.ts'
import { type Contention, sleepers } from './crowd-sleepers.ts'
import { type Database, openMysql, openPostgres } from './databases.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '1000' },
    only: { type: 'string' },
    md: { type: 'string', default: new URL('./results/crowd.md', import.meta.url).pathname },
  },
})
const seconds = Number(options.seconds)
const clients = Number(options.clients)

const line = (way: string, { alone, beside }: Contention): string =>
  `| ${way} | ${Math.round(alone.perSecond).toLocaleString('en')} | ${Math.round(beside.perSecond).toLocaleString('en')} | ${(beside.perSecond / alone.perSecond).toFixed(2)} | ${alone.p95.toFixed(1)} | ${beside.p95.toFixed(1)} | ${beside.p99.toFixed(1)} | ${beside.slept} | ${beside.refused} |`

async function measure(database: Database): Promise<string> {
  const gateway = await startGateway(database)
  try {
    const out: string[] = [`## ${database.engine === 'pg' ? 'PostgreSQL' : 'MariaDB'} ${database.version}`, '']
    out.push(
      '| sleeping queries (2 s each) | quick calls/s alone | beside | ratio | p95 ms alone | beside | p99 ms beside | slept | refused |',
    )
    out.push('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
    for (const way of ['lanes', 'mixed', 'flood'] as const) out.push(line(titles[way], await sleepers(gateway, way, seconds)))
    const crowd = await crowdClients(gateway, clients)
    out.push(
      '',
      `${clients} MCP clients at once, each with initialize, tools/list and 5 calls on a connection of its own: ${crowd.errors} errors, `,
    )
    out.push(
      `${Math.round(crowd.perSecond).toLocaleString('en')} requests/s, p95 ${Math.round(crowd.p95)} ms; memory before ${Math.round(crowd.beforeMb)} MB, at most ${Math.round(crowd.peakMb)} MB, afterwards ${Math.round(crowd.afterMb)} MB.`,
    )
    return `${out.join('\n')}\n`
  } finally {
    await gateway.stop()
    await database.stop()
  }
}

const titles = {
  lanes: '3 of 64 connections do nothing but sleep',
  mixed: '5 % of the calls of 64 connections sleep, each connection waits for its own',
  flood: '5 % of the calls of 64 connections sleep, on connections beside them',
} as const

const parts: string[] = []
if (options.only !== 'mysql') parts.push(await measure(await openPostgres()))
if (options.only !== 'pg') parts.push(await measure(await openMysql()))
const text = `# Under a crowd\n\nNode ${process.versions.node}. Absolute figures swing with the machine; the ratios are within one run.\n\n${parts.join('\n')}`
console.log(text)
if (options.md) writeFileSync(options.md, text)

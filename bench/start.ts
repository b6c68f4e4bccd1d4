import { spawn } from 'node:child_process'
import type { Contender } from './contenders.ts'
import { memoryMb, tree } from './process.ts'
import { initializeText } from './stdio-client.ts'

/** Milliseconds from starting the stdio server until its first tools/list is answered. */
export function start(contender: Contender): Promise<number> {
  const from = performance.now()
  const child = spawn(contender.stdio[0]!, contender.stdio.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write(
    `${initializeText}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n`,
  )
  let said = ''
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
    let took: number | undefined
    child.on('exit', () => {
      clearTimeout(late)
      if (took === undefined) reject(new Error(`The stdio server ended before it answered: ${said.slice(0, 500)}`))
      else resolve(took)
    })
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!/"id": ?1\b/.test(said) || !said.includes('"tools":[')) return
      took ??= performance.now() - from
      child.kill()
    })
  })
}

/** Resident memory in MB of a server that has done nothing for two seconds. */
export async function idle(contender: Contender): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 2000))
  return memoryMb(tree(contender.pid))
}

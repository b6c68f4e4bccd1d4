import { env, type Server, startMariadb, startPostgres } from './servers.ts'

/** vitest calls this once before all tests: starts the servers that tests need and stops them at the end. A missing server fails the run. */
export default async function setup(): Promise<() => Promise<void>> {
  const starting = [start(env.postgres, startPostgres), start(env.mysql, startMariadb)]
  const outcomes = await Promise.allSettled(starting)
  const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []))
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return stop
}

async function start(name: string, begin: () => Promise<Server>): Promise<Server | undefined> {
  if (process.env[name]) return undefined
  const server = await begin()
  process.env[name] = server.url
  return server
}

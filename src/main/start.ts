import { cli } from '../cli/cli.ts'
import { serveHttp, serveStdio } from '../serve/serve.ts'

/**
 * The program: runs a command line (without `node` and the program) and answers the exit code. Apart from `main.ts`, because listing tools or
 * showing help must not wait for everything that a query needs.
 */
export function start(args: readonly string[]): Promise<number> {
  return cli(args, {
    configFor: async (wanted) => (await import('../main.ts')).configFor(wanted),
    openParts: async (config, log) => (await import('../main.ts')).openParts(config, log),
    serveHttp,
    serveStdio,
    demo: () => import('../demo/demo.ts'),
  })
}

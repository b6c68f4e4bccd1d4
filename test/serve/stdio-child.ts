import { serveStdio } from '../../src/serve/serve.ts'
import { hands, nothingSeen, runDouble } from './doubles.ts'

/** A process that serves the doubles on its own input and output. */
await serveStdio(async () => hands(), { run: runDouble(nothingSeen()) })

import { fork } from 'node:child_process'
import type { CaseName } from './cases.ts'
import type { Contender, ContenderName } from './contenders.ts'
import type { Job, Measured } from './load.ts'

export type Effort = Readonly<{ rounds: number; cpuSecondsMin: number; secondsMin: number; secondsMax: number }>
export type Figure = Readonly<{ door: 'http' | 'stdio'; case: CaseName; at: number }>

/** One figure for both, medians over the rounds; `cpuRounds` keeps every round's so that the spread can be seen. */
export type Compared = Figure & Readonly<Record<ContenderName, Measured & Readonly<{ cpuRounds: readonly number[] }>>>

const warmUp = { cpuSecondsMin: 2, secondsMin: 2, secondsMax: 6 }

/** Measures every figure for both contenders in turn, round by round, so that whatever else the machine does meets both. */
export async function throughput(pair: readonly Contender[], figures: readonly Figure[], effort: Effort): Promise<Compared[]> {
  const load = fork(new URL('./load.ts', import.meta.url).pathname)
  const ask = (job: Job): Promise<Measured> =>
    new Promise((resolve, reject) => {
      load.once('message', (answer: { measured?: Measured; failed?: string }) =>
        answer.measured ? resolve(answer.measured) : reject(new Error(answer.failed)),
      )
      load.send(job)
    })
  const compared: Compared[] = []
  try {
    for (const figure of figures) {
      const rounds: Record<ContenderName, Measured[]> = { gateway: [], floor: [] }
      // A round that is not counted: code is compiled for what it is about to do.
      for (const contender of pair) await ask(job(contender, figure, warmUp))
      for (let round = 0; round < effort.rounds; round++) {
        const order = round % 2 === 0 ? pair : pair.toReversed()
        for (const contender of order) rounds[contender.name].push(await ask(job(contender, figure, effort)))
      }
      compared.push({ ...figure, gateway: middle(rounds.gateway), floor: middle(rounds.floor) })
      const { gateway, floor } = compared.at(-1)!
      const ratio = (gateway.cpuMicros / floor.cpuMicros).toFixed(2)
      console.log(
        `  ${figure.door} ${figure.case} at ${figure.at}: gateway ${gateway.cpuMicros.toFixed(0)} µs, floor ${floor.cpuMicros.toFixed(0)} µs, ratio ${ratio}`,
      )
    }
  } finally {
    const gone = new Promise((resolve) => load.once('exit', resolve))
    load.disconnect()
    await gone
  }
  return compared
}

function job(contender: Contender, figure: Figure, effort: Omit<Effort, 'rounds'>): Job {
  const { port, pid, stdio, name, engine } = contender
  const target = figure.door === 'http' ? { port, pid } : { name: `${name} ${engine}`, command: stdio }
  const { cpuSecondsMin, secondsMin, secondsMax } = effort
  return { target, case: figure.case, at: figure.at, cpuSecondsMin, secondsMin, secondsMax }
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!

function middle(rounds: readonly Measured[]): Measured & { cpuRounds: number[] } {
  const names = ['requests', 'perSecond', 'cpuMicros', 'cpuSeconds', 'p50', 'p95', 'p99', 'bytes'] as const
  const medians = Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))])) as Measured
  return { ...medians, cpuRounds: rounds.map((round) => round.cpuMicros) }
}

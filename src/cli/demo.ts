import { type Command, exits } from './command.ts'
import { makeDemo } from './context.ts'

export const demo: Command = {
  name: 'demo',
  doc: 'Make the demo data (a shop, web events, support tickets) and say where they are.',
  wordsMax: 0,
  flags: {},
  configured: false,
  examples: [['sluice demo', 'Make the demo data now, so that the first --demo need not']],
  async run(_given, { house, terminal }) {
    terminal.out.write(`${await makeDemo(house, terminal)}\n`)
    return exits.ok.code
  },
}

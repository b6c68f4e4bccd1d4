import { readFileSync } from 'node:fs'

/** One turn of a written conversation: where it is asked, what, and statements whose rows are right. */
export type WrittenTurn = Readonly<{ source: string; question: string; gold: readonly string[] }>
export type Dialogue = Readonly<{ name: string; turns: readonly WrittenTurn[] }>

/** The day on which the conversations are held; the demo data are made as of its morning. */
export const TODAY = '2026-11-20'

/** The written conversations. Throws an Error for a line that is none of their form. */
export function dialogues(): readonly Dialogue[] {
  const found: { name: string; turns: { source: string; question: string; gold: string[] }[] }[] = []
  for (const line of readFileSync(new URL('./dialogues.txt', import.meta.url), 'utf8').split('\n')) {
    const now = found.at(-1)
    const turn = /^(\w*)> (.+)$/.exec(line)
    if (line.startsWith('## ')) found.push({ name: line.slice(3), turns: [] })
    else if (line.startsWith('# ') || line.trim() === '' || (!now && !line.startsWith('='))) continue
    else if (turn && now) now.turns.push({ source: turn[1] || now.turns.at(-1)!.source, question: turn[2]!, gold: [] })
    else if (line.startsWith('= ') && now) now.turns.at(-1)!.gold.push(line.slice(2))
    else throw new Error(`No line of a dialogue: ${line}`)
  }
  return found
}

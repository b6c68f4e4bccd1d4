const cells = 30

export type ProgressBar = Readonly<{ show(share: number, what: string): void; end(): void }>

/** A bar that grows on a terminal; elsewhere a line for each new thing that is being done. */
export function progressBar(stream: NodeJS.WritableStream & { isTTY?: boolean }, title: string): ProgressBar {
  let last = ''
  const bar = (share: number, what: string) => {
    const full = Math.round(share * cells)
    const line = `${title} [${'█'.repeat(full)}${'░'.repeat(cells - full)}] ${String(Math.floor(share * 100)).padStart(3)} % ${what}`
    if (line !== last) stream.write(`\r${line}\x1b[K`)
    last = line
  }
  const line = (_share: number, what: string) => {
    if (what !== last) stream.write(`${title}: ${what}\n`)
    last = what
  }
  return {
    show: stream.isTTY ? bar : line,
    end: () => {
      if (stream.isTTY && last !== '') stream.write('\n')
    },
  }
}

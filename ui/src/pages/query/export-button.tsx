import { useEffect, useRef, useState } from 'react'
import { send, tool } from '../../api/client.ts'
import { isAbort, problemOf, unreachable } from '../../api/problem.ts'
import type { Filter, Sort, Statement } from '../../api/rows.ts'
import { Button } from '../../kit/button.tsx'
import { download } from '../../kit/download.ts'
import { Menu } from '../../kit/menu.tsx'
import { Spinner } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

const formats = ['csv', 'ndjson', 'parquet', 'xlsx'] as const
type Record_ = Readonly<{ audit_id: string; truncated?: boolean; rows?: number }>

/** All rows as a file, with its bytes as they come, and a way to stop it. */
export function ExportButton({ statement, sort, filter }: { statement: Statement; sort: readonly Sort[]; filter: readonly Filter[] }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const [bytes, setBytes] = useState<number>()
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])
  const size = (count: number) =>
    count < 1e6
      ? n(count / 1e3, { maximumFractionDigits: 0, style: 'unit', unit: 'kilobyte' })
      : n(count / 1e6, { maximumFractionDigits: 1, style: 'unit', unit: 'megabyte' })
  const save = async (format: (typeof formats)[number]) => {
    const own = new AbortController()
    controller.current = own
    setBytes(0)
    try {
      const response = await send('POST', '/api/export', { ...statement, sort, filter, format }, own.signal)
      const { blob, count } = await taken(response, setBytes)
      const name = nameIn(response) ?? `rows.${format}`
      download(blob, name)
      const record = await recordOf(response.headers.get('X-Audit-Id'))
      if (record?.truncated) tell(t('query.export.truncated', { name, rows: n(record.rows ?? 0) }), { bad: true })
      else tell(t('query.export.done', { name, bytes: size(count) }))
    } catch (caught) {
      tell(isAbort(caught) ? t('query.export.stopped') : problemOf(caught).message, { bad: !isAbort(caught) })
    } finally {
      setBytes(undefined)
    }
  }
  if (bytes !== undefined)
    return (
      <Button
        small
        onClick={() => controller.current?.abort()}
        aria-label={`${t('query.export.running', { bytes: size(bytes) })} ${t('action.stop')}`}
      >
        <Spinner />
        {size(bytes)}
      </Button>
    )
  return (
    <Menu
      entries={formats.map((format) => ({
        label: t(`query.export.${format}`),
        icon: 'download' as const,
        onSelect: () => void save(format),
      }))}
    >
      <Button small look="quiet" icon="download">
        {t('query.export')}
      </Button>
    </Menu>
  )
}

const TOLD_MS = 200

async function taken(response: Response, told: (bytes: number) => void): Promise<{ blob: Blob; count: number }> {
  const reader = response.body!.getReader()
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let count = 0
  let last = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      pieces.push(value)
      count += value.byteLength
      if (performance.now() - last < TOLD_MS) continue
      last = performance.now()
      told(count)
    }
  } catch (caught) {
    throw caught instanceof TypeError ? unreachable() : caught
  }
  return { blob: new Blob(pieces, { type: response.headers.get('content-type') ?? '' }), count }
}

function nameIn(response: Response): string | undefined {
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return name === undefined ? undefined : decodeURIComponent(name)
}

/** A file cannot say that there was more; its record can. */
async function recordOf(id: string | null): Promise<Record_ | undefined> {
  if (id === null) return undefined
  try {
    const { calls } = await tool<{ calls: readonly Record_[] }>('get_query_history', { last: 20 })
    return calls.find(({ audit_id }) => audit_id === id)
  } catch {
    return undefined
  }
}

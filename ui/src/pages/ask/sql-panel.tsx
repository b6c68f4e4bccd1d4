import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { SqlEditor } from '../../editor/sql-editor.tsx'
import { Button } from '../../kit/button.tsx'
import { useCopy } from '../../kit/copy.ts'
import { useTexts } from '../../texts/texts.tsx'

/** The statement of an answer, to be changed, run and copied. */
export function SqlPanel({ source, sql, onRun }: { source: string; sql: string; onRun(sql: string): void }) {
  const { t } = useTexts()
  const copy = useCopy()
  const me = useMe()
  const [text, setText] = useState(sql)
  const dialect = me.data?.sources.find(({ name }) => name === source)?.dialect
  return (
    <div className="flex flex-col gap-2 p-3">
      <div className="max-h-72 min-h-24 overflow-auto rounded-lg border border-line">
        <SqlEditor value={text} onChange={setText} dialect={dialect} source={source} onRun={() => onRun(text)} label={t('ask.sql')} />
      </div>
      <div className="flex gap-2">
        <Button small look="primary" icon="play" onClick={() => onRun(text)}>
          {t('ask.runSql')}
        </Button>
        <Button small icon="copy" onClick={() => void copy(text)}>
          {t('action.copy')}
        </Button>
      </div>
    </div>
  )
}

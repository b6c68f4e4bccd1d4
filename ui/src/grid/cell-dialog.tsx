import { cellText } from '../api/rows.ts'
import { Button } from '../kit/button.tsx'
import { useCopy } from '../kit/copy.ts'
import { Dialog } from '../kit/dialog.tsx'
import { useTexts } from '../texts/texts.tsx'
import type { Rows } from './rows.ts'

/** One cell as a whole; a document in it is laid out. */
export function CellDialog({ rows, row, column, onClose }: { rows: Rows; row: number; column: number; onClose(): void }) {
  const { t, n } = useTexts()
  const copy = useCopy()
  const about = rows.columns[column]!
  const value = rows.row(row)?.[column]
  const text = cellText(value)
  const whole = rows.cutAt?.(row, column)
  return (
    <Dialog
      wide
      open
      onOpenChange={onClose}
      title={t('grid.cell', { row: n(row + 1), name: about.name })}
      says={about.native ?? about.type}
    >
      {whole !== undefined && <p className="mb-3 text-sm text-ink-2">{t('grid.cut', { shown: n(text.length), whole: n(whole) })}</p>}
      <pre className="max-h-[56dvh] overflow-auto rounded-lg bg-sunken p-3 font-mono text-sm break-words whitespace-pre-wrap">
        {value === null ? t('grid.null') : laidOut(text, about.type)}
      </pre>
      <Button className="mt-3" icon="copy" onClick={() => void copy(text)}>
        {t('grid.copyCell')}
      </Button>
    </Dialog>
  )
}

function laidOut(text: string, type: string): string {
  if (!['json', 'array', 'struct'].includes(type)) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

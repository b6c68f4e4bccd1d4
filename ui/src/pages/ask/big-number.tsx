import { type Column, cellText, isNumeric } from '../../api/rows.ts'
import { useTexts } from '../../texts/texts.tsx'

const SAFE_DIGITS = 15

/** One figure, as large as it deserves. Its digits are grouped where that loses none. */
export function BigNumber({ column, value }: { column: Column; value: unknown }) {
  const { t, n } = useTexts()
  const text = cellText(value)
  const whole = isNumeric(column) && /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= SAFE_DIGITS
  const decimals = text.split('.')[1]?.length ?? 0
  return (
    <div className="flex flex-col items-start px-5 py-5">
      <span className="max-w-full text-2xl font-semibold tracking-tight break-words tabular-nums">
        {value === null
          ? t('grid.null')
          : whole
            ? n(Number(text), { minimumFractionDigits: Math.min(decimals, 20), maximumFractionDigits: Math.min(decimals, 20) })
            : text}
      </span>
      <span className="text-sm text-ink-2">{column.name}</span>
    </div>
  )
}

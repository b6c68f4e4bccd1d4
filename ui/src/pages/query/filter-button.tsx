import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { type Column, type Filter, type FilterOp, isNumeric } from '../../api/rows.ts'
import { Button } from '../../kit/button.tsx'
import { Input, Select } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useTexts } from '../../texts/texts.tsx'

const ops: readonly FilterOp[] = [
  'contains',
  'begins',
  'equals',
  'differs',
  'less',
  'at_most',
  'greater',
  'at_least',
  'is_null',
  'not_null',
]

/** A value as the gateway is to compare it: numbers as numbers, with all their digits. */
function comparable(text: string, column: Column): string | number | boolean {
  if (column.type === 'bool' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  const value = Number(text)
  return isNumeric(column) && text.trim() !== '' && Number.isFinite(value) && String(value) === text.trim() ? value : text
}

/** The filter of a column; it is asked of the gateway. */
export function FilterButton({
  column,
  filter,
  onFilter,
}: {
  column: Column
  filter: readonly Filter[]
  onFilter(filter: readonly Filter[]): void
}) {
  const { t } = useTexts()
  const own = filter.find((one) => one.column === column.name)
  const [open, setOpen] = useState(false)
  const [op, setOp] = useState<FilterOp>(own?.op ?? (isNumeric(column) ? 'equals' : 'contains'))
  const [text, setText] = useState(own?.value === undefined ? '' : String(own.value))
  const bare = op === 'is_null' || op === 'not_null'
  const others = filter.filter((one) => one.column !== column.name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setOpen(false)
    onFilter([...others, { column: column.name, op, ...(bare ? {} : { value: comparable(text, column) }) }])
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={t('grid.filter', { name: column.name })}
          className={`mr-1.5 rounded p-1 hover:bg-line ${own ? 'text-accent' : 'text-ink-3'}`}
        >
          <Icon name="filter" size={14} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          collisionPadding={8}
          aria-label={t('grid.filter', { name: column.name })}
          className="z-50 w-60 rounded-lg border border-line bg-raised p-3 font-sans shadow-pop animate-rise"
        >
          <form onSubmit={submit} className="flex flex-col gap-2">
            <Select
              aria-label={t('grid.filter', { name: column.name })}
              value={op}
              onChange={(event) => setOp(event.target.value as FilterOp)}
            >
              {ops.map((one) => (
                <option key={one} value={one}>
                  {t(`grid.op.${one}`)}
                </option>
              ))}
            </Select>
            {!bare && (
              <Input
                aria-label={t('grid.value')}
                placeholder={t('grid.value')}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
            <div className="flex justify-end gap-2">
              {own && (
                <Button
                  small
                  onClick={() => {
                    setOpen(false)
                    onFilter(others)
                  }}
                >
                  {t('action.clear')}
                </Button>
              )}
              <Button small type="submit" look="primary">
                {t('grid.apply')}
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

import { useState } from 'react'
import { IconButton } from '../../kit/button.tsx'
import { Input, Select } from '../../kit/field.tsx'
import { type TextKey, useTexts } from '../../texts/texts.tsx'
import { AddRule } from './role-form.tsx'
import { type ColumnRule, columnRules, type MaskValue, rowRules, type SourceForm, withColumnRules, withRowRules } from './roles-model.ts'

type Props = Readonly<{ role: string; source: string; said: SourceForm; text: string; onChange(text: string): void }>

const kinds = ['deny', 'email', 'hash', 'null', 'year', 'partial', 'constant', 'round'] as const
type Kind = (typeof kinds)[number]

const kindOf = (shown: ColumnRule['shown']): Kind => {
  if (shown === null) return 'null'
  if (typeof shown === 'string') return (kinds as readonly string[]).includes(shown) ? (shown as Kind) : 'hash'
  return 'constant' in shown ? 'constant' : 'partial' in shown ? 'partial' : 'round'
}

const maskOf = (kind: Kind, before: MaskValue): ColumnRule['shown'] => {
  if (typeof before === 'object' && before !== null && kind in before) return before
  if (kind === 'partial') return { partial: { first: 2, last: 2 } }
  if (kind === 'constant') return { constant: 'hidden' }
  return kind === 'round' ? { round: 10 } : kind
}

/** Which columns are masked or hidden. */
export function ColumnRules({ role, source, said, text, onChange }: Props) {
  const { t } = useTexts()
  const rules = columnRules(said)
  const [adding, setAdding] = useState(false)
  const put = (next: readonly ColumnRule[]) => onChange(withColumnRules(text, role, source, said, next))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.roles.masks')}</legend>
      <ul className="flex flex-col gap-1.5">
        {rules.map((rule, i) => (
          <li key={`${rule.table}.${rule.column}`} className="flex flex-wrap items-center gap-2">
            <code className="min-w-0 flex-1 truncate font-mono text-sm">
              {rule.table}.{rule.column}
            </code>
            <div className="w-44">
              <Select
                aria-label={`${t('govern.roles.maskKind')}: ${rule.table}.${rule.column}`}
                value={kindOf(rule.shown)}
                onChange={({ target }) =>
                  put(rules.map((one, at) => (at === i ? { ...one, shown: maskOf(target.value as Kind, one.shown) } : one)))
                }
              >
                {kinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(`govern.roles.mask.${kind}` as TextKey)}
                  </option>
                ))}
              </Select>
            </div>
            <IconButton
              label={`${t('govern.roles.removeRule')}: ${rule.table}.${rule.column}`}
              icon="close"
              small
              onClick={() => put(rules.filter((_, at) => at !== i))}
            />
          </li>
        ))}
      </ul>
      {adding ? (
        <NewRule
          first={t('govern.roles.maskTable')}
          second={t('govern.roles.maskColumn')}
          onDone={(table, column) => {
            setAdding(false)
            if (table && column)
              put([...rules.filter((one) => one.table !== table || one.column !== column), { table, column, shown: 'hash' }])
          }}
        />
      ) : (
        <AddRule label={t('govern.roles.addMask')} onAdd={() => setAdding(true)} />
      )}
    </fieldset>
  )
}

/** Which rows there are for the role. */
export function RowRules({ role, source, said, text, onChange }: Props) {
  const { t } = useTexts()
  const rules = rowRules(said)
  const [adding, setAdding] = useState(false)
  const put = (next: typeof rules) => onChange(withRowRules(text, role, source, said, next))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.roles.rows')}</legend>
      <ul className="flex flex-col gap-1.5">
        {rules.map(({ table, rule }, i) => (
          <li key={`${table} ${rule}`} className="flex items-center gap-2">
            <code className="shrink-0 font-mono text-sm">{table}</code>
            <RuleInput
              label={`${t('govern.roles.rowRule')}: ${table}`}
              value={rule}
              onChange={(next) => put(rules.map((one, at) => (at === i ? { table, rule: next } : one)))}
            />
            <IconButton
              label={`${t('govern.roles.removeRule')}: ${table}`}
              icon="close"
              small
              onClick={() => put(rules.filter((_, at) => at !== i))}
            />
          </li>
        ))}
      </ul>
      {adding ? (
        <NewRule
          first={t('govern.roles.rowTable')}
          second={t('govern.roles.rowRule')}
          onDone={(table, rule) => {
            setAdding(false)
            if (table && rule) put([...rules, { table, rule }])
          }}
        />
      ) : (
        <AddRule label={t('govern.roles.addRow')} onAdd={() => setAdding(true)} />
      )}
    </fieldset>
  )
}

/** A predicate that takes hold when it is left. */
function RuleInput({ label, value, onChange }: { label: string; value: string; onChange(text: string): void }) {
  const [text, setText] = useState<string>()
  const done = () => {
    if (text !== undefined && text.trim() !== '' && text !== value) onChange(text.trim())
    setText(undefined)
  }
  return (
    <Input
      aria-label={label}
      className="min-w-0 flex-1 font-mono text-sm"
      value={text ?? value}
      onChange={({ target }) => setText(target.value)}
      onBlur={done}
      onKeyDown={({ key }) => key === 'Enter' && done()}
    />
  )
}

function NewRule({ first, second, onDone }: { first: string; second: string; onDone(first: string, second: string): void }) {
  const { t } = useTexts()
  const [a, setA] = useState('')
  const [b, setB] = useState('')
  const keys = (key: string) => {
    if (key === 'Enter') onDone(a.trim(), b.trim())
    else if (key === 'Escape') onDone('', '')
  }
  return (
    <div className="mt-1.5 flex items-center gap-2">
      <Input
        autoFocus
        aria-label={first}
        placeholder={first}
        className="font-mono text-sm"
        value={a}
        onChange={({ target }) => setA(target.value)}
        onKeyDown={({ key }) => keys(key)}
      />
      <Input
        aria-label={second}
        placeholder={second}
        className="font-mono text-sm"
        value={b}
        onChange={({ target }) => setB(target.value)}
        onKeyDown={({ key }) => keys(key)}
      />
      <IconButton
        label={t('action.save')}
        icon="check"
        small
        disabled={a.trim() === '' || b.trim() === ''}
        onClick={() => onDone(a.trim(), b.trim())}
      />
      <IconButton label={t('action.cancel')} icon="close" small onClick={() => onDone('', '')} />
    </div>
  )
}

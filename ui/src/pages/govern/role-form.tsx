import { useState } from 'react'
import { Button, IconButton } from '../../kit/button.tsx'
import { Field, Input, Select } from '../../kit/field.tsx'
import { Card } from '../../kit/page.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Policy } from './policy.ts'
import { ColumnRules, RowRules } from './role-rules.tsx'
import { type RoleForm as Form, listOf, type SourceForm, withValue } from './roles-model.ts'

type Props = Readonly<{ name: string; role: Form; policy: Policy; text: string; onChange(text: string): void }>

const actions = ['read', 'explain', 'write', 'ddl', 'admin'] as const

/** One role as a form. Each change is one of its text. */
export function RoleForm({ name, role, policy, text, onChange }: Props) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const at = ['roles', name]
  const bases = typeof role.extends === 'string' ? [role.extends] : (role.extends ?? [])
  const sources = Object.entries(role.sources ?? {})
  const others = policy.roles.map((one) => one.name).filter((one) => one !== name)
  const remove = () => {
    onChange(withValue(text, at, undefined))
    tell(t('govern.roles.removed', { role: name }), { undo: () => onChange(text) })
  }
  return (
    <div className="flex flex-col gap-4">
      <Card title={name} actions={<IconButton label={t('govern.roles.remove')} icon="trash" small onClick={remove} />}>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.roles.extends')}</legend>
          <div className="flex flex-wrap gap-1.5">
            {others.map((one) => (
              <Chip
                key={one}
                label={one}
                on={bases.includes(one)}
                onToggle={(on) => {
                  const next = on ? [...bases, one] : bases.filter((base) => base !== one)
                  onChange(withValue(text, [...at, 'extends'], next.length > 0 ? next : undefined))
                }}
              />
            ))}
          </div>
        </fieldset>
      </Card>
      {sources.map(([source, said]) => (
        <SourceCard key={source} role={name} source={source} said={said ?? {}} text={text} onChange={onChange} />
      ))}
      <AddSource
        known={['*', ...policy.sources].filter((one) => !sources.some(([source]) => source === one))}
        onAdd={(source) => onChange(withValue(text, [...at, 'sources', source], { tables: { allow: ['*'] } }))}
      />
    </div>
  )
}

/** One of several that can be chosen. */
export function Chip({ label, on, onToggle }: { label: string; on: boolean; onToggle(on: boolean): void }) {
  return (
    <label className="inline-flex cursor-pointer items-center gap-1.5 rounded-full border border-line-strong px-2.5 py-1 text-sm has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type="checkbox" className="sr-only" checked={on} onChange={({ target }) => onToggle(target.checked)} />
      {label}
    </label>
  )
}

function AddSource({ known, onAdd }: { known: readonly string[]; onAdd(source: string): void }) {
  const { t } = useTexts()
  if (known.length === 0) return null
  return (
    <div className="w-56">
      <Select aria-label={t('govern.roles.addSource')} value="" onChange={({ target }) => target.value && onAdd(target.value)}>
        <option value="">{t('govern.roles.addSource')} …</option>
        {known.map((one) => (
          <option key={one} value={one}>
            {one === '*' ? t('govern.roles.allSources') : one}
          </option>
        ))}
      </Select>
    </div>
  )
}

function SourceCard({
  role,
  source,
  said,
  text,
  onChange,
}: {
  role: string
  source: string
  said: SourceForm
  text: string
  onChange(text: string): void
}) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const at = ['roles', role, 'sources', source]
  const set = (path: readonly string[], value: unknown) => onChange(withValue(text, [...at, ...path], value))
  const may = said.actions
  const remove = () => {
    onChange(withValue(text, at, undefined))
    tell(`${t('govern.roles.removeSource')}: ${source}`, { undo: () => onChange(text) })
  }
  const writes = may?.includes('write') || may?.includes('ddl')
  return (
    <Card
      title={source === '*' ? t('govern.roles.allSources') : source}
      actions={<IconButton label={`${t('govern.roles.removeSource')}: ${source}`} icon="trash" small onClick={remove} />}
    >
      <div className="flex flex-col gap-4">
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.roles.actions')}</legend>
          <div className="flex flex-wrap gap-1.5">
            {actions.map((one) => (
              <Chip
                key={one}
                label={t(`govern.roles.action.${one}`)}
                on={may?.includes(one) ?? false}
                onToggle={(on) => {
                  const next = actions.filter((action) => (action === one ? on : may?.includes(action)))
                  set(['actions'], next.length > 0 ? next : undefined)
                }}
              />
            ))}
          </div>
          {may === undefined && <p className="mt-1 text-xs text-ink-3">{t('govern.roles.actionsInherited')}</p>}
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('govern.roles.allow')} help={t('govern.roles.allowHelp')}>
            <ListInput value={said.tables?.allow} onChange={(list) => set(['tables', 'allow'], list)} />
          </Field>
          <Field label={t('govern.roles.deny')}>
            <ListInput value={said.tables?.deny} onChange={(list) => set(['tables', 'deny'], list)} />
          </Field>
        </div>
        <ColumnRules role={role} source={source} said={said} text={text} onChange={onChange} />
        <RowRules role={role} source={source} said={said} text={text} onChange={onChange} />
        {writes && (
          <Field label={t('govern.roles.confirm')}>
            <Select value={said.confirm ?? ''} onChange={({ target }) => set(['confirm'], target.value || undefined)}>
              <option value="">{t('govern.roles.actionsInherited')}</option>
              {(['never', 'once', 'twice'] as const).map((one) => (
                <option key={one} value={one}>
                  {t(`govern.roles.confirm.${one}`)}
                </option>
              ))}
            </Select>
          </Field>
        )}
      </div>
    </Card>
  )
}

/** A list as text; it becomes one when it is left, so that commas can be typed. */
function ListInput({ value, onChange }: { value: readonly string[] | undefined; onChange(list: readonly string[] | undefined): void }) {
  const said = (value ?? []).join(', ')
  const [text, setText] = useState<string>()
  const done = () => {
    if (text === undefined) return
    const list = listOf(text)
    setText(undefined)
    if (list.join(', ') !== said) onChange(list.length > 0 ? list : undefined)
  }
  return (
    <Input
      className="font-mono text-sm"
      value={text ?? said}
      onChange={({ target }) => setText(target.value)}
      onBlur={done}
      onKeyDown={({ key }) => key === 'Enter' && done()}
    />
  )
}

/** Adds a rule of a kind. */
export const AddRule = ({ label, onAdd }: { label: string; onAdd(): void }) => (
  <Button look="quiet" small icon="plus" onClick={onAdd}>
    {label}
  </Button>
)

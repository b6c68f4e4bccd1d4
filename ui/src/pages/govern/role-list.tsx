import { type FormEvent, useState } from 'react'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Input } from '../../kit/field.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Policy } from './policy.ts'
import { type RoleForm, withValue } from './roles-model.ts'

type Props = Readonly<{
  policy: Policy
  roles: Readonly<Record<string, RoleForm>> | undefined
  text: string
  chosen: string | undefined
  onChoose(role: string): void
  onChange(text: string): void
}>

/** The roles of the text, and those that always exist. */
export function RoleList({ policy, roles = {}, text, chosen, onChoose, onChange }: Props) {
  const { t } = useTexts()
  const predefined = policy.roles.filter((role) => role.predefined).map(({ name }) => name)
  return (
    <nav aria-label={t('govern.roles.list')} className="flex flex-col gap-1">
      <ul className="flex flex-wrap gap-1 xl:flex-col">
        {Object.keys(roles).map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-current={name === chosen}
              onClick={() => onChoose(name)}
              className={`w-full truncate rounded-lg px-3 py-1.5 text-left font-medium ${name === chosen ? 'bg-accent-soft text-accent' : 'text-ink-2 hover:bg-sunken'}`}
            >
              {name}
            </button>
          </li>
        ))}
        {predefined.map((name) => (
          <li key={name} className="flex items-center gap-2 px-3 py-1.5 text-ink-3">
            <span className="truncate">{name}</span> <Badge>{t('govern.roles.predefined')}</Badge>
          </li>
        ))}
      </ul>
      <NewRole
        taken={[...Object.keys(roles), ...predefined]}
        onMake={(name) => {
          onChange(withValue(text, ['roles', name], { extends: ['read_only'] }))
          onChoose(name)
        }}
      />
    </nav>
  )
}

function NewRole({ taken, onMake }: { taken: readonly string[]; onMake(name: string): void }) {
  const { t } = useTexts()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const wrong = taken.includes(name)
    ? t('govern.roles.taken')
    : name !== '' && !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)
      ? t('govern.roles.badName')
      : undefined
  const make = (event: FormEvent) => {
    event.preventDefault()
    if (name === '' || wrong !== undefined) return
    onMake(name)
    setName('')
    setOpen(false)
  }
  if (!open)
    return (
      <Button look="quiet" small icon="plus" className="justify-start" onClick={() => setOpen(true)}>
        {t('govern.roles.new')}
      </Button>
    )
  return (
    <form onSubmit={make} className="flex flex-col gap-1">
      <Input
        autoFocus
        aria-label={t('govern.roles.newName')}
        placeholder={t('govern.roles.newName')}
        aria-invalid={wrong !== undefined}
        value={name}
        onChange={({ target }) => setName(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}
      />
      {wrong && (
        <span role="alert" className="text-xs text-bad">
          {wrong}
        </span>
      )}
    </form>
  )
}

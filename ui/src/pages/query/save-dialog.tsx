import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ask } from '../../api/client.ts'
import { type Problem, problemOf } from '../../api/problem.ts'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field, Input, Textarea } from '../../kit/field.tsx'
import { Failure } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

/** Keeps a statement under a name, for oneself or for roles. */
export function SaveDialog({
  source,
  sql,
  name: first,
  onClose,
}: {
  source: string | undefined
  sql: string
  name: string
  onClose(): void
}) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [name, setName] = useState(first.startsWith('#') ? '' : first)
  const [description, setDescription] = useState('')
  const [roles, setRoles] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const shared = roles.split(',').flatMap((role) => role.trim() || [])
    try {
      await ask('POST', '/api/queries', { ...(source === undefined ? {} : { source }), name: name.trim(), sql, description, roles: shared })
      await queries.invalidateQueries({ queryKey: ['saved'] })
      tell(t('query.save.done', { name: name.trim() }))
      onClose()
    } catch (caught) {
      setProblem(problemOf(caught))
    }
  }
  return (
    <Dialog open onOpenChange={onClose} title={t('query.save.title')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={t('query.save.name')}>
          <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t('query.save.description')}>
          <Textarea rows={2} maxLength={2_000} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field label={t('query.save.roles')} help={t('query.save.rolesHelp')}>
          <Input value={roles} onChange={(event) => setRoles(event.target.value)} />
        </Field>
        {problem && <Failure problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" disabled={name.trim() === ''}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

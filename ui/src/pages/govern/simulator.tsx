import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, data } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import type { operations } from '../../api/schema.d.ts'
import { Button } from '../../kit/button.tsx'
import { Field, Input, Select, Textarea } from '../../kit/field.tsx'
import { Card, Failed } from '../../kit/page.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { keptDraft, type Policy, usePolicy } from './policy.ts'
import { Chip } from './role-form.tsx'
import { listOf } from './roles-model.ts'
import { Sight } from './sight.tsx'

export type Simulated = operations['post_api_policy_simulate']['responses'][200]['content']['application/json']

/** What would somebody see, and why; under the roles in use or the text in work. */
export function Simulator() {
  const policy = usePolicy()
  if (policy.error && !policy.data) return <Failed problem={policy.error} retry={() => void policy.refetch()} />
  if (!policy.data) return <Loading />
  return <SimulatorForm policy={policy.data} />
}

const BY_ROLES = '\0roles'

/** `tenant=7, region=EU` as attributes: digits are numbers, a bar parts a list. */
function attributesOf(text: string): Record<string, string | number | string[]> {
  return Object.fromEntries(
    listOf(text).flatMap((one) => {
      const [name, ...rest] = one.split('=')
      const value = rest.join('=').trim()
      if (!name?.trim() || value === '') return []
      return [[name.trim(), value.includes('|') ? value.split('|') : /^-?\d{1,15}$/.test(value) ? Number(value) : value]]
    }),
  )
}

function SimulatorForm({ policy }: { policy: Policy }) {
  const { t } = useTexts()
  const me = useMe()
  const search = useSearch({ strict: false })
  const draft = keptDraft()
  const [who, setWho] = useState(search.role ? BY_ROLES : (policy.principals.find(({ via }) => via === 'key')?.name ?? BY_ROLES))
  const own = policy.roles.filter(({ predefined }) => !predefined)
  const [roles, setRoles] = useState<readonly string[]>(search.role ? [search.role] : own.slice(0, 1).map(({ name }) => name))
  const [attributes, setAttributes] = useState('')
  const [source, setSource] = useState(search.source ?? me.data?.sources[0]?.name ?? policy.sources[0] ?? '')
  const [sql, setSql] = useState(search.sql ?? '')
  const [under, setUnder] = useState(search.view === 'proposed' && draft ? 'proposed' : 'today')
  const asked = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/policy/simulate', {
          body: {
            source,
            ...(who === BY_ROLES ? { roles: [...roles] } : { principal: who }),
            ...(attributes.trim() === '' ? {} : { attributes: attributesOf(attributes) }),
            ...(sql.trim() === '' ? {} : { sql }),
            ...(under === 'proposed' && draft ? { policy: draft.text } : {}),
          },
        }),
      ),
  })
  const go = (event: FormEvent) => {
    event.preventDefault()
    asked.mutate()
  }
  return (
    <>
      <p className="text-ink-2">{t('govern.sim.says')}</p>
      <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <Card>
          <form onSubmit={go} className="flex flex-col gap-4">
            <Field label={t('govern.sim.who')}>
              <Select value={who} onChange={({ target }) => setWho(target.value)}>
                {policy.principals.map(({ name, roles: theirs }) => (
                  <option key={name} value={name}>
                    {name} ({theirs.join(', ')})
                  </option>
                ))}
                <option value={BY_ROLES}>{t('govern.sim.byRoles')}</option>
              </Select>
            </Field>
            {who === BY_ROLES && (
              <fieldset>
                <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.sim.roles')}</legend>
                <div className="flex flex-wrap gap-1.5">
                  {policy.roles.map(({ name }) => (
                    <Chip
                      key={name}
                      label={name}
                      on={roles.includes(name)}
                      onToggle={(on) => setRoles(on ? [...roles, name] : roles.filter((one) => one !== name))}
                    />
                  ))}
                </div>
              </fieldset>
            )}
            <Field label={t('govern.sim.attributes')} help={t('govern.sim.attributesHelp')}>
              <Input value={attributes} onChange={({ target }) => setAttributes(target.value)} />
            </Field>
            <Field label={t('govern.sim.source')}>
              <Select value={source} onChange={({ target }) => setSource(target.value)}>
                {policy.sources.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            </Field>
            <Field label={t('govern.sim.sql')} help={t('govern.sim.sqlHelp')}>
              <Textarea
                rows={4}
                spellCheck={false}
                className="font-mono text-sm"
                value={sql}
                onChange={({ target }) => setSql(target.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) asked.mutate()
                }}
              />
            </Field>
            {draft && (
              <Field label={t('govern.sim.policy')}>
                <Select value={under} onChange={({ target }) => setUnder(target.value)}>
                  <option value="today">{t('govern.sim.today')}</option>
                  <option value="proposed">{t('govern.sim.proposed')}</option>
                </Select>
              </Field>
            )}
            <Button
              look="primary"
              type="submit"
              icon="eye"
              disabled={asked.isPending || source === '' || (who === BY_ROLES && roles.length === 0)}
            >
              {t('govern.sim.go')}
            </Button>
          </form>
        </Card>
        <div className="flex min-w-0 flex-col gap-4" aria-live="polite">
          {asked.error ? (
            <Failure problem={asked.error} />
          ) : asked.data ? (
            <Sight told={asked.data} asked={sql} />
          ) : asked.isPending ? (
            <Loading />
          ) : (
            <Empty icon="eye" title={t('govern.sim.nothing')} says={t('govern.sim.says')} />
          )}
        </div>
      </div>
    </>
  )
}

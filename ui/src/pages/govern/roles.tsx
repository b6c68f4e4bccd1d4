import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { api, data } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Wrong } from '../../editor/yaml-editor.tsx'
import { Button } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Failed } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { Conflict } from './conflict.tsx'
import { type Draft, type Policy, useDraft, usePolicy } from './policy.ts'
import { RoleForm } from './role-form.tsx'
import { RoleList } from './role-list.tsx'
import { rolesIn } from './roles-model.ts'

const YamlEditor = lazy(() => import('../../editor/yaml-editor.tsx').then(({ YamlEditor }) => ({ default: YamlEditor })))

const WAIT_MS = 350

/** What is wrong with a text, asked of the gateway a moment after the last letter. */
function useCheck(text: string | undefined) {
  const [asked, setAsked] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  const told = useQuery({
    queryKey: ['policy-check', asked],
    queryFn: ({ signal }) => data(api.POST('/api/policy/validate', { body: { text: asked! }, signal })),
    enabled: asked !== undefined,
    placeholderData: (before) => before,
    retry: false,
  })
  return { ...told, current: asked === text && !told.isPlaceholderData && !told.isFetching }
}

/** The roles in a form with their text beside it. */
export function Roles() {
  const policy = usePolicy()
  if (policy.error && !policy.data) return <Failed problem={policy.error} retry={() => void policy.refetch()} />
  if (!policy.data) return <Loading />
  return <Workbench policy={policy.data} />
}

const nothingWrong: readonly Wrong[] = []

function Workbench({ policy }: { policy: Policy }) {
  const { t } = useTexts()
  const { draft, changed, write, begin } = useDraft(policy)
  const text = draft!.text
  const later = useDeferredValue(text)
  const roles = useMemo(() => rolesIn(later), [later])
  const check = useCheck(text)
  const problems = check.data?.problems ?? nothingWrong
  const [chosen, setChosen] = useState<string>()
  const role = chosen ?? Object.keys(roles ?? {})[0]
  const save = useSave(policy, draft!, begin)
  const bad = problems.length > 0 || !check.current
  return (
    <>
      <p className="text-ink-2">{t('govern.roles.says')}</p>
      {!policy.writable && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          <Icon name="lock" /> {t('govern.roles.readonly')} {policy.reason}
        </p>
      )}
      {save.conflict && <Conflict theirs={save.conflict} mine={text} onTheirs={() => begin(undefined)} onMine={() => void save.over()} />}
      {!save.conflict && changed && draft!.digest !== policy.digest && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          <Icon name="warning" /> {t('govern.roles.changedUnder')}
        </p>
      )}
      {save.failed !== undefined && <Failure problem={problemOf(save.failed)} />}
      <div className="grid items-start gap-4 xl:grid-cols-[13rem_minmax(0,1fr)_minmax(0,1fr)]">
        <RoleList policy={policy} roles={roles} text={text} chosen={role} onChoose={setChosen} onChange={write} />
        <div className="min-w-0">
          {roles === undefined ? (
            <p className="rounded-lg bg-warn-soft px-4 py-3 text-warn">{t('govern.roles.badYaml')}</p>
          ) : role !== undefined && roles[role] ? (
            <RoleForm key={role} name={role} role={roles[role]} policy={policy} text={text} onChange={write} />
          ) : (
            <p className="px-1 py-6 text-ink-2">{t('govern.roles.none')}</p>
          )}
        </div>
        <Card
          flush
          title={t('govern.roles.yaml')}
          {...(policy.file === undefined ? {} : { says: t('govern.roles.yamlSays', { line: policy.line, file: policy.file }) })}
          className="xl:sticky xl:top-0"
        >
          <div className="h-96 xl:h-[52dvh]">
            <Suspense fallback={<Loading />}>
              <YamlEditor
                label={t('govern.roles.yaml')}
                value={text}
                onChange={write}
                onSave={() => bad || void save.save()}
                wrong={problems}
              />
            </Suspense>
          </div>
          <Verdict problems={problems} unmatched={check.data?.unmatched ?? []} checking={!check.current} />
          <div className="flex flex-wrap gap-2 border-t border-line p-3">
            <Button look="primary" icon="save" disabled={bad || !changed || !policy.writable || save.busy} onClick={() => void save.save()}>
              {t('govern.roles.save')}
            </Button>
            <Button disabled={!changed} onClick={save.drop}>
              {t('govern.roles.drop')}
            </Button>
            <Link
              to="/govern/$part"
              params={{ part: 'simulator' }}
              search={changed ? { view: 'proposed' } : {}}
              className="inline-flex h-9 items-center gap-1.5 rounded-lg px-3.5 font-medium text-ink-2 hover:bg-sunken"
            >
              <Icon name="eye" size={16} /> {t('govern.roles.simulate')}
            </Link>
          </div>
        </Card>
      </div>
    </>
  )
}

function Verdict({ problems, unmatched, checking }: { problems: readonly Wrong[]; unmatched: readonly string[]; checking: boolean }) {
  const { t, tn } = useTexts()
  return (
    <div role="status" className="max-h-40 overflow-auto border-t border-line px-4 py-2 text-sm">
      {problems.length === 0 ? (
        <p className={checking ? 'text-ink-3' : 'text-good'}>{t(checking ? 'govern.roles.checking' : 'govern.roles.good')}</p>
      ) : (
        <>
          <p className="font-medium text-bad">{tn('govern.roles.problems', problems.length)}</p>
          <ul>
            {problems.map(({ line, text }) => (
              <li key={`${line} ${text}`} className="break-words">
                <span className="text-ink-3">{t('govern.roles.line', { line })}</span> {text}
              </li>
            ))}
          </ul>
        </>
      )}
      {unmatched.length > 0 && (
        <>
          <p className="mt-1 font-medium text-warn">{t('govern.roles.unmatched')}</p>
          <ul>
            {unmatched.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** Saves the draft; of two who save at once the second sees the other's and decides. */
function useSave(policy: Policy, draft: Draft, begin: (draft: Draft | undefined) => void) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const [conflict, setConflict] = useState<Policy>()
  const put = (text: string, digest: string) => data(api.PUT('/api/policy', { body: { text, digest } }))
  const done = (next: Policy) => {
    begin(undefined)
    setConflict(undefined)
    queries.setQueryData(['policy'], next)
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'policy' })
  }
  const take = async (digest: string, before: string) => {
    setBusy(true)
    setFailed(undefined)
    try {
      const next = await put(draft.text, digest)
      done(next)
      const undo = () => {
        void put(before, next.digest).then(
          (old) => {
            done(old)
            tell(t('govern.roles.undone'))
          },
          (caught: unknown) => setFailed(caught),
        )
      }
      tell(t('govern.roles.saved'), { undo })
    } catch (caught) {
      if (problemOf(caught).told.code === 'policy_conflict') setConflict(await data(api.GET('/api/policy')))
      else setFailed(caught)
    } finally {
      setBusy(false)
    }
  }
  const drop = () => {
    const before = draft
    begin(undefined)
    setConflict(undefined)
    setFailed(undefined)
    tell(t('govern.roles.dropped'), { undo: () => begin(before) })
  }
  return {
    busy,
    failed,
    conflict,
    drop,
    save: () => take(draft.digest, policy.text),
    over: () => take(conflict!.digest, conflict!.text),
  }
}

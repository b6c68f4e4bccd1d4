import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, ask, data } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { useStream } from '../../api/stream.ts'
import { Button } from '../../kit/button.tsx'
import { Field, Input, Select } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Code, Failed } from '../../kit/page.tsx'
import { Failure, Loading, Spinner } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { SourcesThere } from './sources-there.tsx'

export type Step = Readonly<{ step: string; ok: boolean; ms: number; text: string; mend?: string }>
type Values = Readonly<Record<string, string>>

const titles: Readonly<Record<string, string>> = { mysql: 'MySQL / MariaDB', postgres: 'PostgreSQL', sqlite: 'SQLite', duckdb: 'DuckDB' }
const ports: Readonly<Record<string, string>> = { mysql: '3306', postgres: '5432' }
/** Those that almost everybody needs, in the order in which one thinks of them. */
const first = ['host', 'port', 'database', 'user', 'password', 'tls'] as const

/** A form that tries the connection step by step before anything is kept. */
export function Connect() {
  const { t } = useTexts()
  const asked = useQuery({ queryKey: ['connectors'], queryFn: ({ signal }) => data(api.GET('/api/sources/connectors', { signal })) })
  if (asked.error) return <Failed problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading />
  return (
    <>
      <p className="text-ink-2">{t('run.connect.says')}</p>
      <ConnectForm connectors={asked.data.connectors} />
      <SourcesThere />
    </>
  )
}

type Connector = Readonly<{
  name: string
  settings: readonly Readonly<{
    key: string
    type: string
    doc: string
    secret: boolean
    required: boolean
    default?: unknown
    values?: string[]
  }>[]
  files: readonly string[]
}>

function ConnectForm({ connectors }: { connectors: readonly Connector[] }) {
  const { t } = useTexts()
  const [kind, setKind] = useState('mysql')
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [values, setValues] = useState<Values>({})
  const [steps, setSteps] = useState<readonly Step[]>([])
  const [good, setGood] = useState<boolean>()
  const [added, setAdded] = useState<string>()
  const stream = useStream()
  const connector = connectors.find((one) => one.name === kind)!
  const remote = connector.settings.some(({ key }) => key === 'host')
  const body = { name, connector: kind, description, settings: settingsOf(values, connector) }
  const changed = () => {
    setGood(undefined)
    setSteps([])
  }
  const test = async (event: FormEvent) => {
    event.preventDefault()
    changed()
    await stream.start('/api/sources/test', body, ({ event, data }) => {
      if (event === 'step') setSteps((known) => [...known, data as Step])
      else if (event === 'done') setGood((data as { ok: boolean }).ok)
      else if (event === 'error') setGood(false)
      else if (event === 'message') {
        const told = data as { ok: boolean; steps: readonly Step[] }
        setSteps(told.steps)
        setGood(told.ok)
      }
    })
  }
  return (
    <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
      <Card>
        <form className="flex flex-col gap-4" onSubmit={(event) => void test(event)} onChange={changed}>
          <Field label={t('run.connect.kind')}>
            <Select
              value={kind}
              onChange={({ target }) => {
                setKind(target.value)
                setValues({})
              }}
            >
              {connectors.map((one) => (
                <option key={one.name} value={one.name}>
                  {titles[one.name] ?? one.name}
                </option>
              ))}
            </Select>
          </Field>
          {remote ? (
            <>
              <div className="grid gap-4 sm:grid-cols-2">
                <Field label={t('run.connect.name')} help={t('run.connect.nameHelp')}>
                  <Input
                    required
                    pattern="[A-Za-z][A-Za-z0-9_\-]*"
                    maxLength={64}
                    autoComplete="off"
                    value={name}
                    onChange={({ target }) => setName(target.value)}
                  />
                </Field>
                <Field label={t('run.connect.description')} help={t('run.connect.descriptionHelp')}>
                  <Input maxLength={2_000} value={description} onChange={({ target }) => setDescription(target.value)} />
                </Field>
              </div>
              <Fields connector={connector} values={values} onChange={setValues} />
              <div>
                <Button look={good ? 'outline' : 'primary'} type="submit" icon="plug" disabled={stream.running || name === ''}>
                  {t(stream.running ? 'run.connect.testing' : 'run.connect.test')}
                </Button>
              </div>
            </>
          ) : (
            <div className="flex flex-col gap-2">
              <p className="text-ink-2">{t('run.connect.onlyFile')}</p>
              <Code
                label={t('run.connect.onlyFile')}
                text={`sluice source add NAME --connector ${kind} --set ${connector.files[0] ?? 'path'}=/path/to/data`}
              />
            </div>
          )}
        </form>
      </Card>
      <div className="flex flex-col gap-4">
        {!stream.running && steps.length === 0 && !stream.problem && added === undefined && <Will />}
        {(stream.running || steps.length > 0 || stream.problem) && <Steps steps={steps} running={stream.running} good={good} />}
        {stream.problem && <Failure problem={stream.problem} />}
        {good && added === undefined && <Add body={body} onAdded={setAdded} />}
        {added !== undefined && <Added name={added} />}
      </div>
    </div>
  )
}

function settingsOf(values: Values, { settings }: Connector): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, text]) => {
      const type = settings.find((one) => one.key === key)?.type
      if (text === '') return []
      return [[key, type === 'int' || type === 'number' ? Number(text) : type === 'bool' ? text === 'true' : text]]
    }),
  )
}

function Fields({ connector, values, onChange }: { connector: Connector; values: Values; onChange(values: Values): void }) {
  const { t } = useTexts()
  const rest = connector.settings.filter(({ key }) => !(first as readonly string[]).includes(key))
  const field = (key: string, label: string) => {
    const setting = connector.settings.find((one) => one.key === key)
    if (!setting) return null
    const set = (value: string) => onChange({ ...values, [key]: value })
    const value = values[key] ?? ''
    const known = (first as readonly string[]).includes(key)
    return (
      <Field key={key} label={label} {...(known ? {} : { help: setting.doc.replaceAll('`', '') })}>
        {setting.values || setting.type === 'bool' ? (
          <Select value={value} onChange={({ target }) => set(target.value)}>
            <option value="">{key === 'tls' ? t('run.connect.tlsDefault') : '–'}</option>
            {(setting.values ?? ['true', 'false']).map((one) => (
              <option key={one} value={one}>
                {one === 'true' ? t('run.connect.yes') : one === 'false' ? t('run.connect.no') : one}
              </option>
            ))}
          </Select>
        ) : (
          <Input
            type={setting.secret ? 'password' : setting.type === 'int' || setting.type === 'number' ? 'number' : 'text'}
            autoComplete="off"
            placeholder={
              key === 'port'
                ? (ports[connector.name] ?? '')
                : key === 'host'
                  ? 'localhost'
                  : setting.default === undefined
                    ? ''
                    : String(setting.default)
            }
            value={value}
            onChange={({ target }) => set(target.value)}
          />
        )}
      </Field>
    )
  }
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">{first.map((key) => field(key, t(`run.connect.${key}`)))}</div>
      <details className="rounded-lg border border-line">
        <summary className="cursor-pointer px-3 py-2 text-sm font-medium text-ink-2">{t('run.connect.more')}</summary>
        <div className="grid gap-4 border-t border-line p-3 sm:grid-cols-2">
          {rest.map(({ key }) => field(key, key))}
          {connector.files.length > 0 && (
            <p className="text-sm text-ink-3 sm:col-span-2">{t('run.connect.files', { files: connector.files.join(', ') })}</p>
          )}
        </div>
      </details>
    </>
  )
}

const will = ['name', 'port', 'tls', 'login', 'read', 'rights'] as const

/** What the test will look at, before it has begun. */
function Will() {
  const { t } = useTexts()
  return (
    <Card title={t('run.connect.will')}>
      <ol className="flex flex-col gap-2.5 text-ink-2">
        {will.map((step, i) => (
          <li key={step} className="flex items-center gap-2.5">
            <span className="flex size-5 shrink-0 items-center justify-center rounded-full bg-sunken text-xs text-ink-3">{i + 1}</span>
            {t(`run.connect.will.${step}`)}
          </li>
        ))}
      </ol>
    </Card>
  )
}

/** What was tried, step by step. */
export function Steps({ steps, running, good }: { steps: readonly Step[]; running: boolean; good: boolean | undefined }) {
  const { t, n } = useTexts()
  return (
    <Card title={t('run.connect.steps')}>
      <ol className="flex flex-col gap-2.5" aria-live="polite">
        {steps.map(({ step, ok, ms, text, mend }) => (
          <li key={`${step} ${text}`} className="flex gap-2.5">
            <span
              className={`mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full ${ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
            >
              <Icon name={ok ? 'check' : 'close'} size={14} />
            </span>
            <div className="min-w-0">
              <p>
                <span className="font-medium">{step}</span> <span className="text-xs text-ink-3">{n(ms)} ms</span>
              </p>
              <p className="text-sm break-words text-ink-2">{text}</p>
              {mend && <p className={`text-sm break-words ${ok ? 'text-warn' : 'text-bad'}`}>{mend}</p>}
            </div>
          </li>
        ))}
        {running && (
          <li className="flex items-center gap-2.5 text-ink-2">
            <Spinner size={20} /> {t('run.connect.testing')}
          </li>
        )}
      </ol>
      {good !== undefined && (
        <p className={`mt-3 font-medium ${good ? 'text-good' : 'text-bad'}`}>{t(good ? 'run.connect.good' : 'run.connect.bad')}</p>
      )}
    </Card>
  )
}

function Add({ body, onAdded }: { body: { name: string }; onAdded(name: string): void }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const add = async () => {
    setBusy(true)
    try {
      const { note } = await ask<{ note?: string }>('POST', '/api/sources', body)
      await queries.invalidateQueries()
      if (note) tell(note, { bad: true })
      onAdded(body.name)
    } catch (caught) {
      setFailed(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-3">
      {failed !== undefined && <Failure problem={problemOf(failed)} />}
      <Button look="primary" icon="plus" disabled={busy} onClick={() => void add()}>
        {t('run.connect.add')}
      </Button>
    </div>
  )
}

function Added({ name }: { name: string }) {
  const { t } = useTexts()
  return (
    <Card>
      <p role="status" className="mb-3 font-medium text-good">
        {t('run.connect.added', { name })}
      </p>
      <div className="flex flex-wrap gap-2">
        <Link
          to="/ask"
          search={{ source: name }}
          className="inline-flex h-9 items-center gap-1.5 rounded-lg bg-accent px-3.5 font-medium text-on-accent hover:bg-accent-strong"
        >
          <Icon name="ask" size={16} /> {t('run.connect.ask')}
        </Link>
        <Link
          to="/catalog/$source"
          params={{ source: name }}
          className="inline-flex h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3.5 font-medium hover:bg-sunken"
        >
          <Icon name="catalog" size={16} /> {t('run.connect.look')}
        </Link>
      </div>
    </Card>
  )
}

import { type FormEvent, useState } from 'react'
import { signIn } from '../api/credential.ts'
import type { Me } from '../api/me.ts'
import { Button } from '../kit/button.tsx'
import { Field, Input } from '../kit/field.tsx'
import { Mark } from '../kit/icon.tsx'
import { useTexts } from '../texts/texts.tsx'

/** Asks for an API key or an access token, tries it, and keeps it only when the gateway knows it. */
export function SignIn({ onCancel }: { onCancel?: (() => void) | undefined }) {
  const { t } = useTexts()
  const [token, setToken] = useState('')
  const [wrong, setWrong] = useState<string>()
  const [checking, setChecking] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const given = token.trim().replace(/^bearer\s+/i, '')
    if (given === '' || checking) return
    setChecking(true)
    setWrong(undefined)
    const problem = await tried(given)
    setChecking(false)
    if (problem === undefined) signIn(given)
    else setWrong(problem || t('sign.unknown'))
  }
  return (
    <main id="content" className="flex h-full items-center justify-center overflow-auto p-4">
      <form onSubmit={submit} className="flex w-full max-w-sm flex-col gap-4 rounded-2xl border border-line bg-surface p-6 shadow-pop">
        <Mark size={40} />
        <div>
          <h1 className="text-xl font-semibold">{t('sign.title')}</h1>
          <p className="mt-1 text-ink-2">{t('sign.why')}</p>
        </div>
        <Field label={t('sign.label')} wrong={wrong}>
          <Input
            type="password"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            placeholder={t('sign.placeholder')}
            value={token}
            onChange={(event) => setToken(event.target.value)}
            aria-invalid={wrong !== undefined}
          />
        </Field>
        <div className="flex gap-2">
          <Button type="submit" look="primary" className="flex-1" disabled={checking || token.trim() === ''}>
            {t(checking ? 'sign.checking' : 'sign.go')}
          </Button>
          {onCancel && <Button onClick={onCancel}>{t('action.cancel')}</Button>}
        </div>
      </form>
    </main>
  )
}

/** Undefined when the gateway knows the token, else what it says; empty where it has no more to say than no. */
async function tried(token: string): Promise<string | undefined> {
  try {
    const response = await fetch('/info', { headers: { Authorization: `Bearer ${token}` } })
    if (response.ok) {
      await (response.json() as Promise<Me>)
      return undefined
    }
    const { error } = (await response.json()) as { error?: { code: string; message: string } }
    return error && !/^credential_(unknown|missing)$/.test(error.code) ? error.message : ''
  } catch (caught) {
    return caught instanceof Error ? caught.message : ''
  }
}

import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Textarea } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at } from './catalog.ts'

type Said = Readonly<{ description?: string | null; add_tags?: readonly string[]; remove_tags?: readonly string[] }>
type Of = Readonly<{ source: string; table: string; column?: string }>

/** Writes what is said of a table or a column; `back` takes it away again. */
function useSay({ source, table, column }: Of): (said: Said, back: Said) => Promise<void> {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const post = async (said: Said) => {
    await ask('POST', at(source, 'notes'), { table, ...(column === undefined ? {} : { column }), ...said })
    await queries.invalidateQueries({ queryKey: ['table', source, table] })
  }
  const failed = (caught: unknown) => tell(problemOf(caught).message, { bad: true })
  return async (said, back) => {
    try {
      await post(said)
      tell(t('catalog.note.saved'), { undo: () => void post(back).catch(failed) })
    } catch (caught) {
      failed(caught)
    }
  }
}

/** A description that is edited where it stands. */
export function Description({ text, placeholder, name, ...of }: Of & { text: string | undefined; placeholder: string; name: string }) {
  const { t } = useTexts()
  const say = useSay(of)
  const [draft, setDraft] = useState<string>()
  const done = () => {
    const next = (draft ?? '').trim()
    setDraft(undefined)
    if (draft === undefined || next === (text ?? '')) return
    void say({ description: next === '' ? null : next }, { description: text ?? null })
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setDraft(undefined)
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      done()
    }
  }
  if (draft !== undefined)
    return (
      <span className="block">
        <Textarea
          autoFocus
          rows={2}
          maxLength={4_000}
          aria-label={t('catalog.note.edit', { name })}
          value={draft}
          onChange={({ target }) => setDraft(target.value)}
          onBlur={done}
          onKeyDown={keys}
        />
        <span className="text-xs text-ink-3">{t('catalog.note.help')}</span>
      </span>
    )
  return (
    <button
      type="button"
      title={t('catalog.note.edit', { name })}
      onClick={() => setDraft(text ?? '')}
      className={`group flex max-w-full items-start gap-1.5 rounded-md text-left whitespace-pre-wrap hover:bg-sunken ${text ? 'text-ink' : 'text-ink-3'}`}
    >
      <span className="min-w-0 break-words">{text || placeholder}</span>
      <span className="sr-only"> {t('catalog.note.at', { name })}</span>
      <Icon name="edit" size={14} className="mt-1 text-ink-3 opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100" />
    </button>
  )
}

/** Tags that are added and taken away where they stand. */
export function Tags({ tags = [], name, ...of }: Of & { tags: readonly string[] | undefined; name: string }) {
  const { t } = useTexts()
  const say = useSay(of)
  const [draft, setDraft] = useState<string>()
  const add = () => {
    const tag = (draft ?? '').trim()
    setDraft(undefined)
    if (tag !== '' && !tags.includes(tag)) void say({ add_tags: [tag] }, { remove_tags: [tag] })
  }
  return (
    <span className="flex flex-wrap items-center gap-1">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex items-center rounded-md bg-accent-soft pl-1.5 text-xs font-medium text-accent">
          {tag}
          <button
            type="button"
            aria-label={t('catalog.tag.remove', { tag })}
            className="rounded-md p-0.5 hover:bg-surface"
            onClick={() => void say({ remove_tags: [tag] }, { add_tags: [tag] })}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      {draft === undefined ? (
        <button
          type="button"
          aria-label={t('catalog.tag.add', { name })}
          className="inline-flex items-center rounded-md border border-dashed border-line-strong px-1 py-0.5 text-xs text-ink-3 hover:border-accent hover:text-accent"
          onClick={() => setDraft('')}
        >
          <Icon name="plus" size={12} /> {t('catalog.tag.placeholder')}
        </button>
      ) : (
        <input
          // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed.
          autoFocus
          aria-label={t('catalog.tag.add', { name })}
          maxLength={100}
          value={draft}
          onChange={({ target }) => setDraft(target.value)}
          onBlur={add}
          onKeyDown={({ key }) => (key === 'Enter' ? add() : key === 'Escape' && setDraft(undefined))}
          className="w-24 rounded-md border border-line-strong bg-surface px-1.5 py-0.5 text-xs"
        />
      )}
    </span>
  )
}

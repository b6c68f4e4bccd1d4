import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useMe } from '../../api/me.ts'
import { IconButton } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Menu } from '../../kit/menu.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { iconOf } from '../../shell/source-list.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { Completions, useCompletions } from './completions.tsx'

const CHARS_MAX = 8_000
const HEIGHT_MAX_PX = 200
const LIST = 'ask-completions'

type Props = Readonly<{
  source: string | undefined
  onSource(source: string | undefined): void
  running: boolean
  onAsk(question: string): void
  onStop(): void
}>

/** Where a question is written, with the source that it is asked of. Enter asks, Shift and Enter begins a line. */
export function Composer({ source, onSource, running, onAsk, onStop }: Props) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const me = useMe()
  const [text, setText] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what makes it higher.
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(HEIGHT_MAX_PX, element.scrollHeight)}px`
  }, [text])
  // On a screen that one touches it would bring up the keys before anything is to be written.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) area.current?.focus()
  }, [])
  const change = (written: string) => {
    if (written.length > CHARS_MAX) tell(t('ask.tooLong', { max: n(CHARS_MAX) }))
    setText(written.slice(0, CHARS_MAX))
  }
  // What is too long is cut before the browser lays it out, which would take it minutes.
  const pasted = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const more = event.clipboardData.getData('text')
    if (more.length <= CHARS_MAX) return
    event.preventDefault()
    const { selectionStart, selectionEnd } = event.currentTarget
    change(`${text.slice(0, selectionStart)}${more.slice(0, CHARS_MAX + 1)}${text.slice(selectionEnd)}`)
  }
  const { completions, at, move, hide } = useCompletions(text, source)
  const ask = (written: string) => {
    const question = written.trim()
    if (question === '' || running) return
    setText('')
    hide()
    onAsk(question)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(text)
  }
  const pressed = (event: KeyboardEvent) => {
    // The Enter that ends a word of an input method is not one that asks.
    if (event.nativeEvent.isComposing) return
    const chosen = completions[at]
    if (completions.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) move(event.key === 'ArrowDown' ? 1 : -1)
    else if (event.key === 'Tab' && chosen !== undefined) setText(chosen)
    else if (event.key === 'Escape' && completions.length > 0) hide()
    else if (event.key === 'Enter' && !event.shiftKey) ask(chosen ?? text)
    else return
    event.preventDefault()
  }
  const sources = me.data?.sources ?? []
  const entries = [
    { label: t('ask.anySource'), icon: 'spark' as const, checked: source === undefined, onSelect: () => onSource(undefined) },
    ...sources.map(({ name, connector }) => ({
      label: name,
      icon: iconOf(connector),
      checked: name === source,
      onSelect: () => onSource(name),
    })),
  ]
  return (
    <form onSubmit={submit} className="px-3 pb-3 md:px-6 md:pb-5">
      <Completions id={LIST} completions={completions} at={at} onPick={ask} />
      <div className="mx-auto flex w-full max-w-4xl flex-col rounded-2xl border border-line-strong bg-surface shadow-pop focus-within:border-accent">
        <textarea
          ref={area}
          value={text}
          rows={1}
          onChange={(event) => change(event.target.value)}
          onKeyDown={pressed}
          onPaste={pasted}
          role="combobox"
          aria-label={t('ask.label')}
          aria-expanded={completions.length > 0}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={at < 0 ? undefined : `${LIST}-${at}`}
          placeholder={t('ask.placeholder')}
          className="w-full resize-none bg-transparent px-4 pt-3 pb-1 text-lg outline-none"
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <Menu entries={entries} align="start">
            <button
              type="button"
              aria-label={`${t('ask.source')}: ${source ?? t('ask.anySource')}`}
              className="flex h-8 min-w-0 items-center gap-1.5 rounded-lg px-2 text-sm text-ink-2 hover:bg-sunken"
            >
              <Icon
                name={source === undefined ? 'spark' : iconOf(sources.find(({ name }) => name === source)?.connector ?? '')}
                size={16}
              />
              <span className="truncate">{source ?? t('ask.anySource')}</span>
              <Icon name="chevronDown" size={14} />
            </button>
          </Menu>
          <span className="flex-1" />
          {running ? (
            <IconButton label={t('action.stop')} icon="stop" look="outline" onClick={onStop} />
          ) : (
            <IconButton label={t('ask.send')} icon="arrowUp" look="primary" type="submit" disabled={text.trim() === ''} />
          )}
        </div>
      </div>
    </form>
  )
}

import { forceLinting, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { nonce } from '../nonce.ts'
import { languageOf } from './language.ts'
import { basics, lookOf } from './look.ts'

/** Something wrong at a place in the text, in UTF-16 units. */
export type Mark = Readonly<{ from: number; to: number; says: string; grave: boolean }>

/** What can be asked of an editor from beside it. */
export type EditorHandle = Readonly<{
  /** What is chosen, and where it begins; all of it and 0 where nothing is. */
  chosen(): Readonly<{ text: string; at: number; caret: number }>
  focus(): void
  replace(text: string): void
}>

type Props = Readonly<{
  value: string
  onChange(text: string): void
  dialect: string | undefined
  source: string | undefined
  onRun(): void
  label: string
  marks?: readonly Mark[]
  full?: boolean
  ref?: Ref<EditorHandle>
}>

const noMarks: readonly Mark[] = []

/** An editor of SQL: coloured by dialect, completed from the catalog under the caller's grant, with errors at their places. */
export function SqlEditor({ value, onChange, dialect, source, onRun, label, marks = noMarks, full = false, ref }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef({ onChange, onRun })
  latest.current = { onChange, onRun }
  const language = useRef(new Compartment())

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is told to it below.
  useEffect(() => {
    const made = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          basics({ label, run: () => latest.current.onRun() }),
          lookOf(full),
          language.current.of(languageOf(dialect, source)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    return () => {
      made.destroy()
      view.current = undefined
    }
  }, [])
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(dialect, source)) })
  }, [dialect, source])
  useEffect(() => {
    const made = view.current
    if (made && made.state.doc.toString() !== value) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    const made = view.current
    if (!made) return
    const end = made.state.doc.length
    const told = marks.map(({ from, to, says, grave }) => ({
      from: Math.min(from, end),
      to: Math.min(Math.max(to, from), end),
      message: says,
      severity: grave ? ('error' as const) : ('warning' as const),
    }))
    made.dispatch(setDiagnostics(made.state, told))
    forceLinting(made)
  }, [marks])
  useImperativeHandle(ref, () => ({
    chosen() {
      const made = view.current!
      const { from, to, head } = made.state.selection.main
      return from === to
        ? { text: made.state.doc.toString(), at: 0, caret: head }
        : { text: made.state.sliceDoc(from, to), at: from, caret: -1 }
    },
    focus: () => view.current?.focus(),
    replace(text) {
      const made = view.current!
      made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } })
    },
  }))
  return <div ref={box} className={full ? 'h-full min-h-0' : ''} />
}

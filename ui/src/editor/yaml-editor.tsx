import { yaml } from '@codemirror/lang-yaml'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { nonce } from '../nonce.ts'
import { basics, lookOf } from './look.ts'

/** Something wrong on a line of the text; lines and columns from 1. */
export type Wrong = Readonly<{ line: number; column: number; text: string }>

type Props = Readonly<{
  value: string
  onChange(text: string): void
  onSave(): void
  label: string
  wrong: readonly Wrong[]
  readOnly?: boolean
}>

/** An editor of YAML with what is wrong at its lines. */
export function YamlEditor({ value, onChange, onSave, label, wrong, readOnly = false }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef({ onChange, onSave })
  latest.current = { onChange, onSave }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is told to it below.
  useEffect(() => {
    const made = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          basics({ label, run: () => latest.current.onSave() }),
          lookOf(true),
          yaml(),
          EditorState.readOnly.of(readOnly),
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
    const made = view.current
    if (made && made.state.doc.toString() !== value) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    const made = view.current
    if (!made) return
    const { doc } = made.state
    const told = wrong.map(({ line, column, text }) => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines))
      return { from: Math.min(at.from + column - 1, at.to), to: at.to, message: text, severity: 'error' as const }
    })
    made.dispatch(setDiagnostics(made.state, told))
  }, [wrong])
  return <div ref={box} className="h-full min-h-0" />
}

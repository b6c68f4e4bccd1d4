import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Area } from './area.ts'
import en from './en.ts'

/** A key of the catalogue of texts. */
export type TextKey = keyof typeof en
export type Language = 'en' | 'zh'
type Filling = Readonly<Record<string, string | number>>
type CountKey = Extract<TextKey, `${string}.one`> extends `${infer Stem}.one` ? Stem : never

export type Texts = Readonly<{
  language: Language
  setLanguage(language: Language): void
  /** The text of a key, filled in. */
  t(key: TextKey, filling?: Filling): string
  /** The text for so many of something, e.g. `tn('count.rows', 3)`; the number is written as the language does. */
  tn(stem: CountKey, count: number): string
  /** A number as the language writes it. */
  n(value: number, options?: Intl.NumberFormatOptions): string
}>

const KEPT = 'sluice.language'
const Context = createContext<Texts | undefined>(undefined)

/** What the person chose, else what their browser asks for. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

/** Gives the page its words; another language than English is loaded when it is wanted. */
export function TextsProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(firstLanguage)
  const [texts, setTexts] = useState<Area<typeof en>>(en)
  useEffect(() => {
    let wanted = true
    const loading = language === 'zh' ? import('./zh.ts').then((module) => module.default) : Promise.resolve(en)
    void loading.then((loaded) => {
      if (!wanted) return
      setTexts(loaded)
      document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    })
    return () => {
      wanted = false
    }
  }, [language])
  const value = useMemo(() => textsOf(language, texts, choose), [language, texts])
  return <Context value={value}>{children}</Context>
}

function textsOf(language: Language, texts: Area<typeof en>, choose: (language: Language) => void): Texts {
  const number = new Intl.NumberFormat(language)
  const t = (key: TextKey, filling: Filling = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in filling ? String(filling[name]) : whole))
  return {
    language,
    setLanguage(next) {
      localStorage.setItem(KEPT, next)
      choose(next)
    },
    t,
    tn: (stem, count) => t(`${stem}.${count === 1 ? 'one' : 'many'}` as TextKey, { count: number.format(count) }),
    n: (value, options) => (options ? new Intl.NumberFormat(language, options) : number).format(value),
  }
}

/** The texts of the language that is chosen. */
export function useTexts(): Texts {
  const texts = useContext(Context)
  if (!texts) throw new Error('useTexts stands outside TextsProvider')
  return texts
}

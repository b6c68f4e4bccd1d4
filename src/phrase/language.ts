import { isEnglishNoun, vocabularyOf } from './vocabulary.ts'

/** The languages that questions are read in. */
export type Language = 'en' | 'de' | 'fr' | 'es' | 'zh'

/** `code` is that of BCP 47; `known` is undefined where it is a language that questions are not read in. */
export type Detected = Readonly<{ code: string; known?: Language }>

/** Words that give a language away: those that its sentences are held together by. */
const signs: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    en: 'the of and is are was were how many much what which who whose where when show list find give me all for each with by from to in on that have has had do does did not than more most least number total average name names per an as their there please only just about sort last first top highest lowest between over under above below named called add',
    de: 'der die das den dem des ein eine einen einem einer und oder ist sind war waren wie viele viel was welche welcher welches welchen welchem wer wo wann zeig zeige liste mir alle für jeden jede jedes jeder pro mit von aus bei nach nicht als mehr meisten wenigsten anzahl gib gibt es im am zum zur haben hat wurde wurden wird nur auch letzten letzte bitte über unter zwischen sortiert auf seit vor ihre unser unsere wir ich sie kein keine welchen nenne teuerste durchschnittliche gesamt davon hallo danke vielen dank kannst du lösche',
    fr: "le la les un une des du de et ou est sont était combien quel quelle quels quelles qui où quand montre montrez liste listez donne donnez moi tous toutes tout toute pour chaque par avec dans sur que ne pas plus moins nombre moyenne au aux ont a y il ces ce cet cette leur leurs seulement aussi dernier dernière derniers dernières entre depuis avant après s'il vous plaît trier l' d' qu' n' c' s' j' est-ce affiche afficher nous avons ceux celles jamais sans bonjour merci supprime supprimer",
    es: 'el la los las un una unos unas de del y o es son era cuántos cuántas cuánto cuánta qué cuál cuáles quién quiénes dónde cuándo muestra muéstrame lista dame todos todas todo toda por para cada con en que no más menos número promedio al hay tiene tienen su sus solo sólo también último última últimos últimas entre desde antes después ordenar ordenados tenemos cuales cuantos cuantas nunca sin hola gracias borra elimina mostrar cuyo cuya cuyos cuyas nombre empieza empiezan su sus nuestros nuestras',
    it: 'il lo gli un una di e è sono quanti quante quale quali chi dove quando mostra mostrami tutti tutte per ogni con da nel nella nei del della dei delle degli che non più numero media ci hanno ha elenca clienti prodotti ordini',
    pt: 'o os as um uma do da dos das e é são quantos quantas qual quais quem onde quando mostre liste todos todas por cada com em no na nos nas que não mais número média há têm tem existem clientes produtos pedidos',
    nl: 'de het een en is zijn hoeveel wat welke wie waar wanneer toon lijst alle voor elk elke per met van uit in op dat niet meer meeste aantal gemiddelde er hebben heeft geef klanten bestellingen producten',
    pl: 'ile jest są który która które kto gdzie kiedy pokaż wszystkie wszystkich dla każdego każdej z ze w na nie więcej liczba średnia mamy klientów zamówień produktów i ma',
    sv: 'hur många är vilka vilken vem var när visa alla för varje med av från i på som inte mer flest antal finns har kunder och det att en ett produkter beställningar',
    tr: 'kaç tane nedir hangi kim nerede ne zaman göster listele tüm her için ile olan en çok sayısı ortalama var ve bir müşteri müşteriler ürün sipariş',
    id: 'berapa banyak apa yang mana siapa di dari kapan tampilkan daftar semua untuk setiap dengan dan tidak lebih jumlah rata-rata ada pelanggan produk pesanan',
    vi: 'bao nhiêu là gì nào ai ở đâu khi hiển thị tất cả cho mỗi với từ và không hơn số lượng có khách hàng sản phẩm đơn',
  }).map(([code, words]) => [code, new Set(words.split(' '))]),
)

const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['el', /\p{Script=Greek}/gu],
]

const isKnown = (code: string): code is Language => code === 'en' || code === 'de' || code === 'fr' || code === 'es' || code === 'zh'
const detected = (code: string): Detected => (isKnown(code) ? { code, known: code } : { code })

/** The language that a text is written in. Words outside quotes count; where nothing tells it is English, as bare names of tables are. */
export function languageOf(text: string): Detected {
  const outside = text.replace(/"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」/gu, ' ')
  const letters = outside.match(/\p{L}/gu)?.length ?? 0
  for (const [code, script] of scripts) {
    const found = outside.match(script)?.length ?? 0
    // A word of Chinese weighs as much as several letters of a name that is left in English; a Japanese sentence has Han in it too.
    if (found > 0 && found * (code === 'zh' ? 5 : 3) >= letters) return detected(code)
  }
  const words =
    outside
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{M}]+(?:[-'][\p{L}\p{M}]+)*'?/gu) ?? []
  const parts = words.flatMap((word) => {
    const elided = /^(l|d|qu|n|c|s|j|m|t)'(.+)$/.exec(word)
    return elided ? [`${elided[1]}'`, elided[2]!] : [word]
  })
  let best: readonly [string, number] = ['en', 0]
  for (const [code, own] of Object.entries(signs)) {
    const points = parts.reduce((sum, part) => sum + (own.has(part) ? 1 : 0), 0) + lettersOf(code, outside)
    const unknown = isKnown(code) ? 0 : 0.6
    if (points - unknown > best[1]) best = [code, points - unknown]
  }
  return detected(best[1] < 2 || best[0] !== 'en' ? byNouns(parts, best) : best[0])
}

/** Where little words do not tell enough, nouns do. */
function byNouns(parts: readonly string[], best: readonly [string, number]): string {
  const english = 0.9 * parts.filter((part) => signs.en!.has(part) || isEnglishNoun(part)).length
  let found: readonly [string, number] = english > best[1] ? ['en', english] : best
  for (const language of ['de', 'fr', 'es'] as const) {
    const { word } = vocabularyOf(language)
    const known = parts.filter((part) => signs[language]!.has(part) || (part.length > 2 && !isEnglishNoun(part) && word(part))).length
    const points = 0.9 * known + (language === best[0] ? 0.1 : 0)
    if (points > found[1]) found = [language, points]
  }
  return found[0]
}

/** Letters and marks that one language has and its neighbours do not. */
function lettersOf(code: string, text: string): number {
  if (code === 'es' && /[¿¡ñ]/i.test(text)) return 2
  if (code === 'de' && /[ßäöü]/i.test(text)) return 0.7
  if (code === 'fr' && /[œêèçû]/i.test(text)) return 0.7
  if (code === 'pt' && /[ãõ]/i.test(text)) return 1.5
  if (code === 'pl' && /[łśżźćę]/i.test(text)) return 1.5
  if (code === 'sv' && /å/i.test(text)) return 1.5
  if (code === 'tr' && /[ışğ]/.test(text)) return 1.5
  if (code === 'vi' && /[ơưđạảấầệọộ]/i.test(text)) return 1.5
  return 0
}

/** What somebody wants who writes to us. */
export type Intent = 'read' | 'write' | 'talk' | 'several' | 'empty'

const please =
  /^(?:(?:please|kindly|ok(?:ay)?|so|then|and|now|hey|hi|hello|sluice|can|could|would|will|you|we|i|want|need|would like|'d like|to|let'?s|let us|go|ahead|just|simply|me|us)[ ,!:]+)+/i
const changing =
  /^(?:delete|erase|drop|truncate|insert|update|upsert|merge|alter|wipe|purge|destroy|overwrite|rename|grant|revoke|register|enter|append|increase|decrease|raise|reduce|cancel|archive|deactivate|activate|anonymi[sz]e|modify|edit|correct|mark|assign|execute|call|exec|vacuum|attach|detach)\b/i
/** Verbs that are just as often about what is shown: they change data when a thing that data are made of follows. */
const perhaps =
  /^(?:add|create|make|set|change|remove|replace|put|save|store|clear|empty|move|copy|write|fix|book|place|close|open|reset|enable|disable)\b/i
const shown =
  /^(?:\p{L}+ )(?:up |me |us |also |in |back )?(?:(?:a|an|the|my|all|any|of|in|also|their|its|his|her|this|that|these|those|new|another) )*(?:limit|filters?|sort(?:ing)?|order(?:ing)?(?: (?:by|of)|$)|group(?:ing|s)?|conditions?|restrictions?|columns?|charts?|graphs?|plots?|diagrams?|lists?|tables? (?:of|with|that|showing)|reports?|overview|summar(?:y|ies)|histograms?|pie|bars?|lines?|dashboards?|breakdowns?|rankings?|totals?|sums?|averages?|counts?|numbers? of|percentages?|currency|unit|view|sense|it (?:by|per|ascending|descending)|them (?:by|per))/iu
const thing =
  /^(?:\p{L}+ )(?:in |up |into |to )?(?:a |an |the |all |every |any |my |our |new |another |this |that |these |those |old |\d+ )*(?:(?:new|row|rows|record|records|entry|entries|database|schema|index|user|account|password|price|prices|status|stock|value|values|data|everything)\b|\p{L}+ (?:named|called|with (?:the )?(?:name|id|e-?mail|price)|to|=|from|set|where|for|as|in|into|whose|older|that|who|number|no|#|\d)|\p{L}+(?:'s|s'|') |\p{L}+ \d|\p{L}+$|\p{L}+ (?:of|and)\b|table\b)/iu
const statement =
  /^(?:delete\s+from|drop\s+(?:table|database|view|index|schema|user|role|column)|truncate(?:\s+table)?\s+\w|insert\s+(?:into|or)|update\s+\S+\s+set\b|alter\s+(?:table|user|role)|create\s+(?:or\s+replace\s+)?(?:table|view|index|user|role|database|function|trigger|procedure)|replace\s+into|merge\s+into|grant\s+\w|revoke\s+\w|copy\s+\S+\s+(?:from|to)|call\s+[\w.]+\s*\(|exec(?:ute)?\s|attach\s|pragma\s|set\s+(?:role|session|global))/i
const display =
  /^(?:drop|remove|clear|cancel|delete|reset|erase) (?:the |all |any |this |that |my )?(?:filters?|limit|sort(?:ing)?|order(?:ing)?|grouping|conditions?|restrictions?|last (?:filter|condition)|chart|conversation)\b/i
const marking =
  /^(?:mark|enter|correct|raise|call|edit|register|cancel|archive|activate|reduce|increase|decrease|assign|append|modify|insert|erase|update|rename|merge|drop|delete) ?(?:\?|!|\.|:)?$/i

/** Does an English sentence want something changed? */
export function wantsWriting(sentence: string): boolean {
  const bare = sentence.replace(/^[\s"'“(¿¡]+/, '')
  if (statement.test(bare)) return true
  const asked = bare.replace(please, '').replace(/^(?:go and|try to|be so kind to|help me(?: to)?) /i, '')
  if (display.test(asked) || shown.test(asked)) return false
  if (changing.test(asked)) {
    // `cancel rate by month` and `call duration per agent` are questions: the verb is a noun there.
    const noun =
      /^(?:call|cancel|increase|decrease|register|grant|mark|update|raise|reduce|enter|correct|archive|assign|edit|merge|insert|drop)\s+(?:\p{L}+\s+)?(?:rate|count|duration|length|time|times|date|dates|volume|cent(?:er|re)s?|per|by|in|of|over|history|log|logs|type|types|status|number|amount|ratio|share|trend)\b/iu
    return !noun.test(asked) && !marking.test(asked.replace(/^(?:delete|drop|erase)\b.*/i, ''))
  }
  return perhaps.test(asked) && thing.test(asked)
}

const talks: readonly RegExp[] = [
  /^(?:hi|hello|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|thanks?(?: you)?(?: (?:very|so) much| a lot)?|thx|cheers|bye|goodbye|see you|ok(?:ay)?|great|cool|nice|perfect|awesome|well done|good job|sorry|yes|no|nope|yep|lol|haha|hm+|test)(?: (?:there|sluice|all|everyone|you|again|then|assistant|bot))*$/i,
  /^(?:who|what) are you(?: .{0,30})?$|^how are you(?: .{0,20})?$|^what(?:'s| is) your name$|^what can (?:you|i|we) (?:do|ask)(?: .{0,20})?$|^how (?:do|can) (?:you|i) (?:work|help|use (?:you|this|it)|ask)(?: .{0,20})?$|^(?:please )?help(?: me)?(?: please)?$|^are you (?:a |an )?(?:bot|robot|human|ai|real|there|model|chatgpt|claude).{0,20}$|^tell me (?:a joke|about yourself)$|^i love you$|^how(?:'s| is) it going$|^what(?:'s| is) up$|^nice to meet you$/i,
  /^(?:hallo|hi|hey|moin|servus|guten (?:tag|morgen|abend)|danke(?:schön| schön| sehr)?|vielen dank|tschüss|auf wiedersehen|super|prima|alles klar|wie geht(?:'s| es)(?: dir| ihnen)?|wer bist du|was bist du|was kannst du(?: .{0,20})?|hilfe|wie heißt du|ja|nein)(?: (?:zusammen|sluice|dir))?$/i,
  /^(?:bonjour|salut|coucou|bonsoir|merci(?: beaucoup| bien)?|au revoir|super|parfait|d'accord|ça va|comment (?:ça va|allez-vous|vas-tu)|qui es-tu|qui êtes-vous|que (?:peux-tu|pouvez-vous|sais-tu) faire|aide|aidez-moi|oui|non)(?: (?:à tous|sluice))?$/i,
  /^(?:hola|buen[oa]s (?:días|tardes|noches)|buenas|(?:muchas )?gracias|adiós|hasta luego|perfecto|vale|genial|qué tal|cómo estás|cómo está|quién eres|qué (?:puedes|sabes) hacer|ayuda|sí|no)(?: (?:a todos|sluice))?$/i,
  /^(?:你好|您好|嗨|哈喽|早上好|下午好|晚上好|谢谢(?:你|您)?|多谢|感谢|再见|拜拜|好的|好|你是谁|你能做什么|你会什么|你可以做什么|帮助|帮帮我|你叫什么(?:名字)?|你好吗|是|不是|测试)(?:啊|呀|呢|吗|了)?$/,
]

/** Is it small talk, in any of the languages? */
export function isTalk(text: string): boolean {
  const bare = text
    .replace(/[\p{P}\p{S}\s]+$/gu, '')
    .replace(/^[\p{P}\p{S}\s]+/gu, '')
    .replace(/[,!.]+ /g, ' ')
    .replaceAll('’', "'")
  return bare.length <= 80 && talks.some((shape) => shape.test(bare))
}

const asks =
  /^(?:and |also |then |please |can you |could you |next |finally )*(?:how (?:many|much|old|long)|what|which|who|whose|where|when|list|show|give|find|count|tell me|display|return|get|compute|calculate)\b/i
const leans =
  /\b(?:their|its|them|they|those|these|it|his|her|he|she|that|this|the same|such|of which|each(?= (?:have|has|had|received|got|with|play|do|does|did|\?)|\?|$)|how many are(?! there)|also|one|ones|respectively|the (?:result|results|answer|list))\b/i
const ownLanguage =
  /(?<=[?？!！。；;])\s*(?=\S)|(?<=[.])\s+(?=\p{Lu})|,? (?:and|und|et|y) (?=(?:how many|wie viele|combien (?:de|d')|cuánt[oa]s|(?:what is the (?:average|total|number)|was ist|wie hoch|quel(?:le)? est|cuál es)(?=[^?]* (?:of|der|des|de|von|del) ))\b)|[，,](?:还有|另外|以及|并且)(?=.*(?:多少|几|哪|什么))/giu

/** A question of its own says what it is about: `the first name` alone leans on the sentence before. */
const whose =
  /^(?!(?:list|show|give|find|count|tell|display|return|get)\b)(?!how many \p{L}+ has each)|\b(?:all|every|top|how many|average|total)\b/iu

/**
 * The questions that a text is made of, by their places; one where there is only one. `english` says of a piece what it comes to in English, so
 * that one rule does for all languages.
 */
export function questionsIn(text: string, english: (piece: string) => string): readonly string[] {
  const pieces = text.split(ownLanguage).map((piece) => piece.trim())
  if (pieces.length < 2) return [text]
  const whole: string[] = []
  for (const piece of pieces) {
    if (!/[\p{L}\p{N}]/u.test(piece)) continue
    const gloss = english(piece)
    const own =
      asks.test(gloss) &&
      !leans.test(gloss) &&
      gloss.split(' ').length >= 3 &&
      whose.test(gloss) &&
      !sharesWords(gloss, english(whole.at(-1) ?? ''))
    if (whole.length === 0 || own || wantsWriting(gloss)) whole.push(piece)
    else whole[whole.length - 1] += ` ${piece}`
  }
  // What stands before the first question tells what it is about.
  if (whole.length === 2 && !asks.test(english(whole[0]!)) && !wantsWriting(english(whole[0]!)) && !wantsWriting(english(whole[1]!)))
    return [text]
  return whole.length < 2 ? [text] : whole.map((piece) => piece.replace(/^[;；,，\s]+|[;；,，\s]+$/gu, ''))
}

const little = new Set(
  'what which whose where when list show give find count tell display return have does many much there with from that names name number'.split(
    ' ',
  ),
)
/** A second sentence that speaks of the same things says what is wanted of the first. */
function sharesWords(one: string, other: string): boolean {
  const stems = (text: string) =>
    (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).filter((word) => !little.has(word)).map((word) => word.replace(/(?:ies|es|s|y)$/, ''))
  const known = new Set(stems(other))
  const own = stems(one)
  return own.length === 0 || own.some((word) => known.has(word))
}

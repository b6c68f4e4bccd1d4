import type { Token } from '../reader/token.ts'

/** Keywords that cannot be identifiers: those outside the `%fallback ID` of SQLite's grammar (src/parse.y). */
const reserved = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE
  ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER
  PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE`.split(/\s+/),
)

export const joinWords: readonly string[] = ['CROSS', 'FULL', 'INNER', 'LEFT', 'NATURAL', 'OUTER', 'RIGHT']
export const likeWords: readonly string[] = ['LIKE', 'GLOB', 'REGEXP', 'MATCH']
export const timeWords: readonly string[] = ['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP']

/** Functions that have an answer for every value and do not let wait; aggregates only meet rows that a rule has let through. */
export const quiet: ReadonlySet<string> = new Set(
  `lower upper trim ltrim rtrim length octet_length coalesce ifnull nullif iif if substr substring instr hex typeof unicode likely unlikely date
  time datetime julianday strftime unixepoch round count sum total avg min max group_concat`.split(/\s+/),
)

/** `nm` of the grammar: any identifier, also a string. */
export const isName = (token: Token): boolean => token.kind === 'string' || isIdentifier(token)

/** `idj` of the grammar: an identifier or a join word. */
export const isIdentifier = (token: Token): boolean => token.kind === 'name' || (token.kind === 'word' && !reserved.has(token.word))

/** `ids` of the grammar: what may be an alias without AS. */
export const isBareAlias = (token: Token): boolean => isName(token) && token.word !== 'INDEXED' && !joinWords.includes(token.word)

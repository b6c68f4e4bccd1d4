import { randomBytes } from 'node:crypto'

/**
 * Marks what comes from a database, or from people, in a prompt. The mark holds 96 random bits made for one question, so nothing that was
 * stored before can end the stretch that it stands in.
 */
export type Fence = Readonly<{ name: string; around(kind: string, text: string): string }>

export function fence(): Fence {
  const name = randomBytes(12).toString('hex')
  return {
    name,
    around: (kind, text) => `<${kind}-${name}>\n${visible(text)}\n</${kind}-${name}>`,
  }
}

/** Signs that a person does not see, and a model does: tags, zero widths, turns of direction, selectors, controls other than tabs and line ends. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu

/** The text with what is hidden in it shown as `\u{200b}`; a lone half of a pair becomes the sign for what cannot be read. */
export const visible = (text: string): string =>
  text.toWellFormed().replaceAll(HIDDEN, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`)

/** Signs that nobody sees: joiners, marks of direction, tags, variation selectors, fillers. They hide words from the eye or split them. */
const unseen = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffc]/gu
const controls = /[\p{Cc}\u2028\u2029]+/gu

/** The text as a person would see it on one line: nothing hidden, wide letters narrow, lone surrogates and repeated blanks gone. */
export const cleaned = (text: string): string =>
  text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ' ')
    .replace(unseen, '')
    .replace(controls, ' ')
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u00a0\u2000-\u200a\u3000]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .normalize('NFC')

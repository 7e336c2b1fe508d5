/** A text of the bank in the form the books accept: one line, single spaces, whole characters, bounded. */
export const cleanText = (text: string, maxChars: number): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, maxChars)
    .toWellFormed()
    .trim();

/**
 * Characters that are invisible to a reader but not to a model: zero-width marks, direction overrides,
 * variation selectors and the Unicode tag block, which can spell whole hidden sentences.
 */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}+/gu;

const CONTROL = /\p{Cc}+/gu;

/** The text as a person sees it: compatibility forms unified, hidden characters gone, one line. */
export function visibleText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .replace(CONTROL, " ")
    .replace(/\s+/gu, " ")
    .trim();
}

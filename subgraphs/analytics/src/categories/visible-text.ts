/**
 * Characters that a reader does not see but a model does: zero-width marks, direction overrides,
 * variation selectors and the Unicode tag block, which can spell whole hidden sentences.
 */
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\u{E0000}-\u{E0FFF}]/gu;

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

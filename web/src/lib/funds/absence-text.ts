import type { Reader } from "../dates/reader.svelte.ts";
import { inNotation } from "../insights/in-notation.ts";
import { textBy, type Translate } from "../language/messages.ts";

/** Why there is no figure: the graph's sentence, and its code and arguments where it has one. */
export interface Absent {
  readonly unavailable: string | null;
  readonly absence?: {
    readonly code: string;
    readonly arguments: readonly { readonly name: string; readonly value: string }[];
  } | null;
}

/** The reason in the reader's language and notation; the graph's sentence where its code has no text. */
export function absenceText(
  { unavailable, absence }: Absent,
  t: Translate,
  reader: Pick<Reader, "day" | "money">,
): string | null {
  const values = Object.fromEntries(
    (absence?.arguments ?? []).map(({ name, value }) => [name, value]),
  );
  const text = absence ? textBy(t, `absence.${absence.code}`, values) : undefined;
  const sentence = text ?? unavailable;
  return sentence === null ? null : inNotation(sentence, reader);
}

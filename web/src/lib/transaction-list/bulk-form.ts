import { textOf } from "../forms/form-data.ts";

/** Categories are set one by one, so a form sets fewer than it reverses. */
export const MOST_CATEGORISED = 100;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What became of a form for many transactions. */
export interface BulkOutcome {
  readonly kind: "reverse" | "categorise";
  readonly made: number;
  readonly refused: number;
  /** Sentences, each once, with how many transactions it refused. */
  readonly reasons: readonly { readonly message: string; readonly count: number }[];
}

/** The selected ids of a form: 1 to `most` different ones, else undefined. */
export function idsOf(form: FormData, most: number): string[] | undefined {
  const ids = [...new Set(textOf(form, "ids").split(",").filter(Boolean))];
  return ids.length >= 1 && ids.length <= most && ids.every((id) => UUID.test(id))
    ? ids
    : undefined;
}

/** What became of each transaction, where `undefined` was made, put together. */
export function outcomeOf(
  kind: BulkOutcome["kind"],
  refusals: readonly (string | undefined)[],
): BulkOutcome {
  const sentences = refusals.filter((message) => message !== undefined);
  const groups = Map.groupBy(sentences, (message) => message);
  return {
    kind,
    made: refusals.length - sentences.length,
    refused: sentences.length,
    reasons: Array.from(groups, ([message, all]) => ({ message, count: all.length })),
  };
}

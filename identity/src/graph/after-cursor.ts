import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";

/** The sort value a page reads on from; undefined at the start of the list. */
export const afterCursor = (after: string | null | undefined): string | undefined =>
  after === null || after === undefined ? undefined : String(decodeCursor(after, 1)[0]);

/** The same for a list that is read on from a number of up to 18 digits. */
export function afterSequence(after: string | null | undefined): string | undefined {
  const sequence = afterCursor(after);
  if (sequence === undefined || /^\d{1,18}$/.test(sequence)) return sequence;
  throw invalidInput("after", "is not a cursor of this list");
}

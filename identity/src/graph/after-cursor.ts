import { decodeCursor } from "@allfunds/platform";

/** The sort value a page reads on from; undefined at the start of the list. */
export const afterCursor = (after: string | null | undefined): string | undefined =>
  after === null || after === undefined ? undefined : String(decodeCursor(after, 1)[0]);

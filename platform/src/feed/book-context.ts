import { grantsOf, isGranted } from "@allfunds/contract/caller";
import { bookNotFound } from "@allfunds/contract/feed";
import type { RequestContext } from "../context.ts";
import { isId } from "../ids.ts";
import type { Follower } from "./follower.ts";

/** What a resolver receives that answers from a read model of a book. */
export interface BookContext {
  readonly request: RequestContext;
  /**
   * Resolves once the read model includes the position of the book. Throws that there is none where the caller
   * was not granted it, and CONSISTENCY_TIMEOUT when the read model stays behind.
   */
  readonly awaitBook: (book: { readonly id: string; readonly position: number }) => Promise<void>;
}

export const createBookContext = (
  follower: Pick<Follower, "waitFor">,
  request: RequestContext,
): BookContext => ({
  request,
  awaitBook: async ({ id: bookId, position }) => {
    if (!isId(bookId) || !isGranted(grantsOf(request), bookId)) throw bookNotFound();
    await follower.waitFor({ tenantId: request.tenantId, bookId }, position);
    request.seen?.note(bookId, position);
  },
});

/**
 * Waits until a read model includes the positions that a request names, as `awaitBook` does. Books that the
 * caller may not see are left out: nothing of them is in its answer.
 */
export const awaitPositionsOf =
  (follower: Pick<Follower, "waitForAll">) =>
  async (request: RequestContext): Promise<void> => {
    const { tenantId, positions = new Map<string, number>(), seen } = request;
    const visible = [...positions].filter(([bookId]) => isGranted(grantsOf(request), bookId));
    await follower.waitForAll(
      visible.map(([bookId, position]) => [{ tenantId, bookId }, position] as const),
    );
    for (const [bookId, position] of visible) seen?.note(bookId, position);
  };

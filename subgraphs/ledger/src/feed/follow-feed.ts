import { isConnectionFailure } from "@allfunds/platform";
import { readFeed, type FeedPage, type FeedPlace } from "./read-feed.ts";
import type { WakeSignal } from "./wake-signal.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";

const RETRY_MS = 500;

export interface FollowOptions {
  readonly pool: TenantReads;
  readonly moved: WakeSignal;
  readonly tenantId: string;
  readonly fundId: string | undefined;
  readonly after: FeedPlace;
}

/**
 * The feed after a place, page by page, for ever. Nothing is read before the consumer asks for it, so a
 * slow one costs no memory. Ending the iteration ends the waiting too.
 */
export function followFeed(options: FollowOptions): AsyncGenerator<FeedPage, void, void> {
  const abort = new AbortController();
  const pages = readPages(options, abort.signal);
  const end = pages.return.bind(pages);
  // A generator that waits would only take note of its end at the next page, which may never come.
  pages.return = (value) => {
    abort.abort();
    return end(value);
  };
  return pages;
}

async function* readPages(
  { pool, moved, tenantId, fundId, after }: FollowOptions,
  abort: AbortSignal,
): AsyncGenerator<FeedPage, void, void> {
  let place = after;
  while (!abort.aborted) {
    const seen = moved.turn;
    const page = await readThroughOutages(() => readFeed(pool, tenantId, fundId, place), abort);
    if (page === undefined) return;
    if (page.events.length === 0) {
      await moved.next(seen, abort);
    } else {
      place = page.place;
      yield page;
    }
  }
}

/** A database that is gone for a moment delays a follower, nothing more. */
async function readThroughOutages<T>(
  read: () => Promise<T>,
  abort: AbortSignal,
): Promise<T | undefined> {
  while (!abort.aborted) {
    try {
      return await read();
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return undefined;
}

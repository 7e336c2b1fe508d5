import { isConnectionFailure } from "@allfunds/platform/database";
import type { FeedPage } from "./feed-page.ts";
import { isHashed, type FeedPlace } from "./feed-place.ts";
import type { WakeSignal } from "./wake-signal.ts";

const RETRY_MS = 500;

export interface FollowOptions {
  /** Reads the next page behind a place; an empty one when there is none yet, and none before its place. */
  readonly read: (after: FeedPlace) => Promise<FeedPage>;
  readonly moved: WakeSignal;
  readonly after: FeedPlace;
  /** Whether an empty page first confirms the place, which is a subscriber's own. */
  readonly confirms?: boolean;
}

/**
 * The feed after a place, page by page, for ever. While the consumer has a full page, the next is read,
 * and no more than that one, so that a slow consumer costs no memory. Ending the iteration ends the
 * waiting too.
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
  { read, moved, after, confirms }: FollowOptions,
  abort: AbortSignal,
): AsyncGenerator<FeedPage, void, void> {
  const readBehind = (place: FeedPlace): Promise<FeedPage | undefined> =>
    readThroughOutages(() => read(place), abort);
  if (confirms === true && isHashed(after)) yield { events: [], place: after, full: false };
  let place = after;
  let ahead: Promise<FeedPage | undefined> | undefined;
  while (!abort.aborted) {
    const seen = moved.turn;
    const page = await (ahead ?? readBehind(place));
    ahead = undefined;
    if (page === undefined) return;
    place = page.place;
    if (page.events.length === 0) {
      await moved.next(seen, abort);
      continue;
    }
    if (page.full) {
      ahead = readBehind(place);
      // Its failure is for whoever asks for that page.
      ahead.catch(() => undefined);
    }
    yield page;
  }
}

/** A database that is gone for a moment delays a follower, nothing more. */
async function readThroughOutages<T>(
  attempt: () => Promise<T>,
  abort: AbortSignal,
): Promise<T | undefined> {
  while (!abort.aborted) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConnectionFailure(error) && !isBeingReplaced(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return undefined;
}

const NO_SUCH_DATABASE = "3D000";

/** While a backup is put in its place, there is no such database. */
const isBeingReplaced = (error: unknown): boolean =>
  (error as { code?: string }).code === NO_SUCH_DATABASE;

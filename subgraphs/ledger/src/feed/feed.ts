import { ALL_GRANTED } from "@allfunds/platform/auth";
import { isConnectionFailure } from "@allfunds/platform/database";
import type { Grants, TenantReads } from "@allfunds/platform/tenancy";
import { checkPlace, feedEnd, feedHead, placeOf } from "./check-place.ts";
import type { FeedPage } from "./feed-page.ts";
import { FEED_START, isHashed, type FeedPlace } from "./feed-place.ts";
import type { Audience, FeedTail } from "./feed-tail.ts";
import { placeOfEveryTenant, readEveryTenant, readFeed } from "./read-feed.ts";
import type { WakeSignal } from "./wake-signal.ts";
import type { OrderReads } from "../tenancy/order-pool.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;
type From = Pick<FollowOptions, "after" | "confirms">;

/** The feed as requests follow it. */
export interface FollowedFeed extends Pick<
  Feed,
  "after" | "placeBehind" | "fromNow" | "afterOfEveryTenant" | "fromNowOfEveryTenant"
> {
  /** The same feed for a caller who sees these funds, and reads through this pool. */
  through(pool: TenantReads, funds: Grants): FollowedFeed;
}

interface FeedOptions {
  /** Where a tenant's feed is read. */
  readonly pool?: TenantReads | undefined;
  readonly funds?: Grants;
  /** Where the events of every tenant are read, when those of some are in another database. */
  readonly contents?: TenantReads | undefined;
}

/** The way into the feed of one database for one instance of the service. */
export class Feed {
  readonly #order: OrderReads;
  readonly #tail: FeedTail;
  readonly #pool: TenantReads;
  readonly #funds: Grants;
  readonly #contents: TenantReads | undefined;

  constructor(
    order: OrderReads,
    tail: FeedTail,
    { pool = order, funds = ALL_GRANTED, contents }: FeedOptions = {},
  ) {
    this.#order = order;
    this.#tail = tail;
    this.#pool = pool;
    this.#funds = funds;
    this.#contents = contents;
  }

  through(pool: TenantReads, funds: Grants): Feed {
    return new Feed(this.#order, this.#tail, { pool, funds, contents: this.#contents });
  }

  /** Everything behind a cursor, from the start when there is none. */
  async after(
    tenantId: string,
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    const place = typeof cursor === "string" ? await placeOf(this.#order, cursor) : FEED_START;
    return this.ofTenantBehind(tenantId, fundId, place);
  }

  /** The place that a cursor names; without one the end of the feed. CURSOR_OF_ANOTHER_LOG as by `after`. */
  async placeBehind(_tenantId: string, cursor: string | null | undefined): Promise<FeedPlace> {
    return typeof cursor === "string" ? placeOf(this.#order, cursor) : feedHead(this.#order);
  }

  /** What gets its place in the feed from now on. */
  async fromNow(tenantId: string, fundId: string | undefined): Promise<Pages> {
    return this.ofTenantBehind(tenantId, fundId, await feedHead(this.#order));
  }

  /**
   * Everything of every tenant behind a cursor, which an empty page confirms first: for the services that
   * follow the ledger.
   */
  async afterOfEveryTenant(
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    const after =
      typeof cursor === "string"
        ? await placeOfEveryTenant(this.#order, await placeOf(this.#order, cursor))
        : FEED_START;
    return this.everyTenantBehind(fundId, after);
  }

  /** What gets its place in the feed of every tenant from now on, behind an empty page. */
  async fromNowOfEveryTenant(fundId: string | undefined): Promise<Pages> {
    return this.everyTenantBehind(fundId, await feedEnd(this.#order));
  }

  /** The same behind a place that was checked. */
  everyTenantBehind(fundId: string | undefined, after: FeedPlace): Pages {
    const audience: Audience = { tenantId: undefined, funds: ALL_GRANTED, fundId };
    const read = (place: FeedPlace): Promise<FeedPage> =>
      readEveryTenant(this.#order, fundId, place, this.#contents);
    return this.#follow(audience, read, { after, confirms: true });
  }

  /** Everything of a tenant behind a place that was checked. */
  ofTenantBehind(tenantId: string, fundId: string | undefined, after: FeedPlace): Pages {
    const audience: Audience = { tenantId, funds: this.#funds, fundId };
    const read = (place: FeedPlace): Promise<FeedPage> =>
      readFeed(this.#pool, tenantId, fundId, place);
    return this.#follow(audience, read, { after });
  }

  #follow(audience: Audience, read: (after: FeedPlace) => Promise<FeedPage>, from: From): Pages {
    const tail = this.#tail;
    /** How often the database had been lost when the place was last found in its log. */
    let checkedAt = -1;
    return followFeed({
      ...from,
      read: async (place) => {
        const { losses } = tail;
        // The tail's own reads are of all funds, because what they find is kept for others too.
        const kept = await tail.pageBehind(this.#contents ?? this.#order, audience, place);
        const page = kept ?? (await read(place));
        // There may be another log, restored meanwhile, which goes on at the same numbers. Only a check
        // behind the read proves the page: one before it may still have asked the log that was replaced.
        const isProven = checkedAt === losses && losses === tail.losses;
        const wasRead = kept === undefined && page.events.length > 0;
        if (place.seq > 0 && (wasRead || !isProven)) await checkPlace(this.#order, place);
        checkedAt = losses;
        return page;
      },
      moved: tail.moved,
    });
  }
}

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
      // Its failure is thrown to the reader of that page.
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

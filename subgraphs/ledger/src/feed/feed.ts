import { followFeed } from "./follow-feed.ts";
import { decodePlace, feedHead, FEED_START, type FeedPage } from "./read-feed.ts";
import type { WakeSignal } from "./wake-signal.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";

/** The way into the feed for one instance of the service. */
export class Feed {
  readonly #pool: TenantReads;
  readonly #moved: WakeSignal;

  constructor(pool: TenantReads, moved: WakeSignal) {
    this.#pool = pool;
    this.#moved = moved;
  }

  /** The same feed, as far as it can be read this way. */
  through(pool: TenantReads): Feed {
    return new Feed(pool, this.#moved);
  }

  /** Everything behind a cursor, from the start when there is none. */
  async after(
    tenantId: string,
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<AsyncGenerator<FeedPage, void, void>> {
    const after =
      typeof cursor === "string" ? await decodePlace(this.#pool, tenantId, cursor) : FEED_START;
    return followFeed({ pool: this.#pool, moved: this.#moved, tenantId, fundId, after });
  }

  /** What gets its place in the feed from now on. */
  async fromNow(
    tenantId: string,
    fundId: string | undefined,
  ): Promise<AsyncGenerator<FeedPage, void, void>> {
    const after = await feedHead(this.#pool, tenantId);
    return followFeed({ pool: this.#pool, moved: this.#moved, tenantId, fundId, after });
  }
}

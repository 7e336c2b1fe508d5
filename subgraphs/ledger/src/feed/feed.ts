import type { Pool } from "@allfunds/platform";
import { followFeed } from "./follow-feed.ts";
import { decodePlace, feedHead, FEED_START, type FeedPage } from "./read-feed.ts";
import type { WakeSignal } from "./wake-signal.ts";

/** The way into the feed for one instance of the service. */
export class Feed {
  readonly #pool: Pool;
  readonly #moved: WakeSignal;

  constructor(pool: Pool, moved: WakeSignal) {
    this.#pool = pool;
    this.#moved = moved;
  }

  /** Everything behind a cursor, from the start when there is none. */
  async after(
    tenantId: string,
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<AsyncGenerator<FeedPage, void, void>> {
    const after = typeof cursor === "string" ? await decodePlace(this.#pool, cursor) : FEED_START;
    return followFeed({ pool: this.#pool, moved: this.#moved, tenantId, fundId, after });
  }

  /** What gets its place in the feed from now on. */
  async fromNow(
    tenantId: string,
    fundId: string | undefined,
  ): Promise<AsyncGenerator<FeedPage, void, void>> {
    const after = await feedHead(this.#pool);
    return followFeed({ pool: this.#pool, moved: this.#moved, tenantId, fundId, after });
  }
}

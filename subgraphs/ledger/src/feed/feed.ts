import type { OrderReads, TenantReads } from "../tenancy/tenant-pool.ts";
import type { FeedPage } from "./feed-page.ts";
import { decodePlace, feedHead, FEED_START, type FeedPlace } from "./feed-place.ts";
import { followFeed } from "./follow-feed.ts";
import { headOfEveryTenant, placeOfEveryTenant, readEveryTenant } from "./read-every-tenant.ts";
import { readFeed } from "./read-feed.ts";
import type { WakeSignal } from "./wake-signal.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;

/** The way into the feed for one instance of the service. */
export class Feed {
  readonly #order: OrderReads;
  readonly #moved: WakeSignal;
  readonly #pool: TenantReads;

  constructor(order: OrderReads, moved: WakeSignal, pool: TenantReads = order) {
    this.#order = order;
    this.#moved = moved;
    this.#pool = pool;
  }

  /** The same feed, as far as it can be read this way. */
  through(pool: TenantReads): Feed {
    return new Feed(this.#order, this.#moved, pool);
  }

  /** Everything behind a cursor, from the start when there is none. */
  async after(
    tenantId: string,
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    if (typeof cursor !== "string") return this.#follow(tenantId, fundId, FEED_START);
    const place = decodePlace(cursor, await feedHead(this.#pool, tenantId));
    return this.#follow(tenantId, fundId, place);
  }

  /** What gets its place in the feed from now on. */
  async fromNow(tenantId: string, fundId: string | undefined): Promise<Pages> {
    return this.#follow(tenantId, fundId, await feedHead(this.#pool, tenantId));
  }

  /** Everything of every tenant behind a cursor: for the services that follow the ledger. */
  async afterOfEveryTenant(
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    const after =
      typeof cursor === "string"
        ? await placeOfEveryTenant(
            this.#order,
            decodePlace(cursor, await headOfEveryTenant(this.#order)),
          )
        : FEED_START;
    return followFeed({
      read: (place) => readEveryTenant(this.#order, fundId, place),
      moved: this.#moved,
      after,
    });
  }

  #follow(tenantId: string, fundId: string | undefined, after: FeedPlace): Pages {
    return followFeed({
      read: (place) => readFeed(this.#pool, tenantId, fundId, place),
      moved: this.#moved,
      after,
    });
  }
}

import { ALL_FUNDS } from "@allfunds/platform";
import type { FundGrants } from "../tenancy/fund-grants.ts";
import type { OrderReads, TenantReads } from "../tenancy/tenant-pool.ts";
import type { FeedPage } from "./feed-page.ts";
import { decodePlace, feedHead, FEED_START, type FeedPlace } from "./feed-place.ts";
import { followFeed } from "./follow-feed.ts";
import { headOfEveryTenant, placeOfEveryTenant, readEveryTenant } from "./read-every-tenant.ts";
import { readFeed } from "./read-feed.ts";
import type { Audience, FeedTail } from "./feed-tail.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;

/** The way into the feed for one instance of the service. */
export class Feed {
  readonly #order: OrderReads;
  readonly #tail: FeedTail;
  readonly #pool: TenantReads;
  readonly #funds: FundGrants;

  constructor(
    order: OrderReads,
    tail: FeedTail,
    pool: TenantReads = order,
    funds: FundGrants = ALL_FUNDS,
  ) {
    this.#order = order;
    this.#tail = tail;
    this.#pool = pool;
    this.#funds = funds;
  }

  /** The same feed for a caller who sees these funds, and reads through this pool. */
  through(pool: TenantReads, funds: FundGrants): Feed {
    return new Feed(this.#order, this.#tail, pool, funds);
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
    const audience: Audience = { tenantId: undefined, funds: ALL_FUNDS, fundId };
    return followFeed({
      read: async (place) =>
        (await this.#tail.pageBehind(this.#order, audience, place)) ??
        readEveryTenant(this.#order, fundId, place),
      moved: this.#tail.moved,
      after,
    });
  }

  #follow(tenantId: string, fundId: string | undefined, after: FeedPlace): Pages {
    const audience: Audience = { tenantId, funds: this.#funds, fundId };
    return followFeed({
      // The tail's own reads are of all funds, because what they find is kept for others too.
      read: async (place) =>
        (await this.#tail.pageBehind(this.#order, audience, place)) ??
        readFeed(this.#pool, tenantId, fundId, place),
      moved: this.#tail.moved,
      after,
    });
  }
}

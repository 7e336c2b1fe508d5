import { ALL_FUNDS } from "@allfunds/platform/auth";
import type { FundGrants } from "../tenancy/fund-grants.ts";
import type { OrderReads, TenantReads } from "../tenancy/tenant-pool.ts";
import { checkPlace, feedHead, placeOf } from "./check-place.ts";
import type { FeedPage } from "./feed-page.ts";
import { FEED_START, type FeedPlace } from "./feed-place.ts";
import { followFeed, type FollowOptions } from "./follow-feed.ts";
import { placeOfEveryTenant, readEveryTenant } from "./read-every-tenant.ts";
import { readFeed } from "./read-feed.ts";
import type { Audience, FeedTail } from "./feed-tail.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;
type From = Pick<FollowOptions, "after" | "confirms">;

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
    const place = typeof cursor === "string" ? await placeOf(this.#order, cursor) : FEED_START;
    return this.#ofTenant(tenantId, fundId, place);
  }

  /** What gets its place in the feed from now on. */
  async fromNow(tenantId: string, fundId: string | undefined): Promise<Pages> {
    return this.#ofTenant(tenantId, fundId, await feedHead(this.#order));
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
    const audience: Audience = { tenantId: undefined, funds: ALL_FUNDS, fundId };
    const read = (place: FeedPlace): Promise<FeedPage> =>
      readEveryTenant(this.#order, fundId, place);
    return this.#follow(audience, read, { after, confirms: true });
  }

  #ofTenant(tenantId: string, fundId: string | undefined, after: FeedPlace): Pages {
    const audience: Audience = { tenantId, funds: this.#funds, fundId };
    const read = (place: FeedPlace): Promise<FeedPage> =>
      readFeed(this.#pool, tenantId, fundId, place);
    return this.#follow(audience, read, { after });
  }

  #follow(audience: Audience, read: (after: FeedPlace) => Promise<FeedPage>, from: From): Pages {
    const tail = this.#tail;
    let { losses } = tail;
    return followFeed({
      ...from,
      read: async (place) => {
        const now = tail.losses;
        // Behind a lost connection there may be another log, which goes on at the same numbers.
        if (now !== losses && place.seq > 0) await checkPlace(this.#order, place);
        losses = now;
        // The tail's own reads are of all funds, because what they find is kept for others too.
        return (await tail.pageBehind(this.#order, audience, place)) ?? read(place);
      },
      moved: tail.moved,
    });
  }
}

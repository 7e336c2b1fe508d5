import { AppError } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { FIRST_DATABASE } from "@allfunds/platform/database-addresses";
import type { Grants, TenantReads } from "@allfunds/platform/tenancy";
import { checkedPlace, feedEnd, feedHead, logOf, ofAnotherLog } from "../feed/check-place.ts";
import type { FollowedFeed } from "../feed/feed.ts";
import type { FeedPage } from "../feed/feed-page.ts";
import { decodePlaces, FEED_START, type FeedPlace } from "../feed/feed-place.ts";
import { placeOfEveryTenant } from "../feed/read-feed.ts";
import type { LedgerDatabase } from "./ledger-database.ts";
import type { LedgerDatabases } from "./ledger-databases.ts";
import { mergeFeeds } from "./merge-feeds.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;

/** A follower's way through one tenant's feed. */
interface Way {
  readonly tenantId: string;
  readonly fundId: string | undefined;
  readonly database: LedgerDatabase;
  readonly after: FeedPlace;
}

/** The feed over several databases: a tenant's wherever it lives, and that of every tenant out of all of them. */
export class RoutedFeed implements FollowedFeed {
  readonly #databases: LedgerDatabases;
  readonly #funds: Grants;

  constructor(databases: LedgerDatabases, funds: Grants = ALL_GRANTED) {
    this.#databases = databases;
    this.#funds = funds;
  }

  through(_reads: TenantReads, funds: Grants): FollowedFeed {
    return new RoutedFeed(this.#databases, funds);
  }

  async after(
    tenantId: string,
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    const database = await this.#databases.of(tenantId);
    const after =
      typeof cursor === "string" ? await this.#placeIn(database, tenantId, cursor) : FEED_START;
    return this.#follow({ tenantId, fundId, database, after });
  }

  async placeBehind(tenantId: string, cursor: string | null | undefined): Promise<FeedPlace> {
    const database = await this.#databases.of(tenantId);
    return typeof cursor === "string"
      ? this.#placeIn(database, tenantId, cursor)
      : feedHead(database.reads);
  }

  async fromNow(tenantId: string, fundId: string | undefined): Promise<Pages> {
    const database = await this.#databases.of(tenantId);
    return this.#follow({ tenantId, fundId, database, after: await feedHead(database.reads) });
  }

  async afterOfEveryTenant(
    fundId: string | undefined,
    cursor: string | null | undefined,
  ): Promise<Pages> {
    const given = typeof cursor === "string" ? decodePlaces(cursor, FIRST_DATABASE) : new Map();
    const { all } = this.#databases;
    const unknown = [...given.keys()].find((name) => !all.some((one) => one.name === name));
    if (unknown !== undefined) throw ofAnotherLog(FEED_START, `no database is named ${unknown}`);
    const sources = await Promise.all(
      all.map(async ({ name, reads, feed }) => {
        const place: FeedPlace = given.get(name) ?? FEED_START;
        const after = await placeOfEveryTenant(reads, await checkedPlace(reads, place));
        return { name, reads, after, pages: feed.everyTenantBehind(fundId, after) };
      }),
    );
    return mergeFeeds(sources, fundId);
  }

  async fromNowOfEveryTenant(fundId: string | undefined): Promise<Pages> {
    const sources = await Promise.all(
      this.#databases.all.map(async ({ name, reads, feed }) => {
        const after = await feedEnd(reads);
        return { name, reads, after, pages: feed.everyTenantBehind(fundId, after) };
      }),
    );
    return mergeFeeds(sources, fundId);
  }

  /** Where a cursor of any of the databases is in the one where the tenant lives now. */
  async #placeIn(database: LedgerDatabase, tenantId: string, cursor: string): Promise<FeedPlace> {
    const places = decodePlaces(cursor, database.name);
    const place = places.get(database.name) ?? FEED_START;
    try {
      return await checkedPlace(database.reads, place);
    } catch (error) {
      if (!isOfAnotherLog(error)) throw error;
      for (const other of this.#databases.all) {
        if (other === database) continue;
        const found = await checkedPlace(other.reads, place).catch(() => undefined);
        if (found !== undefined) return translate(other, database, tenantId, found);
      }
      throw error;
    }
  }

  #follow(way: Way): Pages {
    const abort = new AbortController();
    const pages = this.#read(way, abort.signal);
    const end = pages.return.bind(pages);
    // A generator that waits would only take note of its end at the next page, which may never come.
    pages.return = (value) => {
      abort.abort();
      return end(value);
    };
    return pages;
  }

  /** Goes on in another database when the tenant has moved. */
  async *#read({ tenantId, fundId, database, after }: Way, abort: AbortSignal): Pages {
    let [here, place] = [database, after];
    while (!abort.aborted) {
      const pages = here.feed
        .through(here.reads.seeing(this.#funds), this.#funds)
        .ofTenantBehind(tenantId, fundId, place);
      const left = new AbortController();
      const ended = AbortSignal.any([abort, left.signal]);
      void this.#endWhenMoved(pages, tenantId, here, ended);
      try {
        for await (const page of pages) {
          // What was read after the tenant had left may be incomplete.
          if ((await this.#databases.of(tenantId)) !== here) break;
          place = page.place;
          yield page;
        }
      } finally {
        left.abort();
      }
      if (abort.aborted) return;
      const next = await this.#databases.of(tenantId);
      if (next !== here) place = await translate(here, next, tenantId, place);
      here = next;
    }
  }

  async #endWhenMoved(
    pages: Pages,
    tenantId: string,
    here: LedgerDatabase,
    ended: AbortSignal,
  ): Promise<void> {
    const { changed } = this.#databases.directory;
    while (!ended.aborted) {
      const seen = changed.turn;
      const now = await this.#databases.of(tenantId).catch(() => here);
      if (now !== here) break;
      await changed.next(seen, ended);
    }
    await pages.return();
  }
}

const isOfAnotherLog = (error: unknown): boolean =>
  error instanceof AppError && error.code === "CURSOR_OF_ANOTHER_LOG";

const FIND_ALIAS = `
  SELECT a.source_seq, a.seq, encode(f.hash, 'hex') AS hash,
         f.to_position - f.from_position + 1 AS length
  FROM feed_alias a JOIN feed f ON f.seq = a.seq
  WHERE a.tenant = $1 AND a.log_id = $2 AND a.source_seq <= $3
  ORDER BY a.source_seq DESC LIMIT 1`;

interface AliasRow {
  readonly source_seq: string;
  readonly seq: string;
  readonly hash: string;
  readonly length: string;
}

/** The place in a tenant's feed after it was moved: the same events are before it. */
async function translate(
  from: LedgerDatabase,
  to: LedgerDatabase,
  tenantId: string,
  place: FeedPlace,
): Promise<FeedPlace> {
  if (place.seq === 0) return FEED_START;
  const log = await logOf(from.reads);
  const [alias] = await to.reads.queryOrder<AliasRow>(FIND_ALIAS, [tenantId, log, place.seq]);
  if (alias === undefined) return FEED_START;
  const isSameRange = Number(alias.source_seq) === place.seq;
  const taken = isSameRange ? place.taken : Number(alias.length);
  return { seq: Number(alias.seq), taken, hash: alias.hash };
}

import type { RequestContext } from "@allfunds/platform/context";
import { BatchLoader } from "@allfunds/platform/graphql";
import { toAccountObject, type AccountObject } from "../slices/accounts/account-object.ts";
import { readAccounts } from "../slices/accounts/account-sql.ts";
import type { BookId } from "../engine/book.ts";
import type { Feed } from "../feed/feed.ts";
import type { WakeSignal } from "../feed/wake-signal.ts";
import { toFundObject, type FundObject } from "../slices/funds/fund-object.ts";
import { readBookPositions, readFunds } from "../slices/funds/fund-sql.ts";
import { KnownFacts, type SharedFacts } from "./known-facts.ts";
import { readReversals } from "../slices/reversals/reversal-sql.ts";
import type { GrantedOrm, TenantOrm } from "../orm.ts";
import { grantsOf } from "../tenancy/fund-grants.ts";
import type { GrantedReads, TenantReads } from "../tenancy/tenant-pool.ts";
import type { LedgerAuthorObject } from "../slices/trail/author-object.ts";
import { readAuthors } from "../slices/trail/read-authors.ts";
import { readTransactions } from "../slices/transactions/transaction-sql.ts";
import type { TransactionObject } from "../slices/transactions/transaction-object.ts";

/** Where the reads of one request come from: they show what its caller may see. */
export interface Stores {
  readonly pool: TenantReads;
  readonly orm: TenantOrm;
  /** Wakes who waits for a read model that follows the books. */
  readonly projectionsMoved: WakeSignal;
  /** Raises the alarm for figures that contradict each other. */
  readonly reportCorrupt: (book: BookId, what: string) => void;
}

/** Where the reads of all requests come from. */
export interface SharedStores extends Stores {
  readonly pool: GrantedReads;
  readonly orm: GrantedOrm;
  readonly feed: Feed;
  readonly facts: SharedFacts;
}

/** What a resolver of this subgraph gets: who asks, and look-ups that gather into few queries. */
export interface LedgerContext {
  readonly request: RequestContext;
  readonly stores: Stores;
  readonly feed: Feed;
  /** What can be answered without reading, of what the caller may see. */
  readonly known: KnownFacts;
  readonly funds: BatchLoader<FundObject>;
  readonly bookPositions: BatchLoader<number>;
  readonly accounts: BatchLoader<AccountObject>;
  readonly transactions: BatchLoader<TransactionObject>;
  readonly reversals: BatchLoader<TransactionObject[]>;
  /** By the name of an event's place. */
  readonly authors: BatchLoader<LedgerAuthorObject>;
}

export function createLedgerContext(shared: SharedStores, request: RequestContext): LedgerContext {
  const { tenantId } = request;
  const funds = grantsOf(request);
  const [pool, orm] = [shared.pool.seeing(funds), shared.orm.seeing(funds)];
  const known = new KnownFacts(shared.facts, request);
  return {
    request,
    stores: { ...shared, pool, orm },
    feed: shared.feed.through(pool, funds),
    known,
    funds: new BatchLoader(async (ids) => {
      const rows = await readFunds(pool, tenantId, ids);
      known.learnFunds(rows);
      return mapValues(rows, toFundObject);
    }),
    bookPositions: new BatchLoader((ids) => readBookPositions(pool, tenantId, ids)),
    accounts: new BatchLoader(async (ids) => {
      const rows = await readAccounts(pool, tenantId, ids);
      const accounts = mapValues(rows, (row) => toAccountObject(row));
      known.learnAccounts(accounts);
      return accounts;
    }),
    transactions: new BatchLoader((ids) => readTransactions(pool, tenantId, ids)),
    reversals: new BatchLoader((ids) => readReversals(pool, tenantId, ids)),
    authors: new BatchLoader((places) => readAuthors(pool, tenantId, places)),
  };
}

const mapValues = <From, To>(
  map: ReadonlyMap<string, From>,
  change: (value: From) => To,
): Map<string, To> => new Map([...map].map(([key, value]) => [key, change(value)]));

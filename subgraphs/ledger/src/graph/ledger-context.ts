import type { RequestContext } from "@allfunds/platform/context";
import type { BatchLoader } from "@allfunds/platform/graphql";
import type { QueuePort } from "@allfunds/platform/jobs";
import { isId } from "@allfunds/platform/ids";
import type { GrantedOrm, GrantedReads, TenantOrm, TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../engine/book.ts";
import type { FollowedFeed } from "../feed/feed.ts";
import type { WakeSignal } from "../feed/wake-signal.ts";
import type { SharedFacts, VisibleFacts } from "./facts.ts";

/** Where the reads of one request come from: they show what its caller may see. */
export interface Stores {
  readonly pool: TenantReads;
  readonly orm: TenantOrm;
  /** Wakes readers that wait for a read model to follow the books. */
  readonly projectionsMoved: WakeSignal;
  /** Raises the alarm for figures that contradict each other. */
  readonly reportCorrupt: (book: BookId, what: string) => void;
}

/** Where the reads of all requests come from. */
export interface SharedStores extends Stores {
  readonly pool: GrantedReads;
  readonly orm: GrantedOrm;
  readonly feed: FollowedFeed;
  readonly facts: SharedFacts;
  /** The queues of jobs, for administrators. */
  readonly jobQueues: QueuePort;
}

/** What a resolver of this subgraph receives: the caller, and reads that show what the caller may see. */
export interface LedgerContext {
  readonly request: RequestContext;
  readonly stores: Stores;
  readonly feed: FollowedFeed;
  /** What can be answered without reading. */
  readonly facts: VisibleFacts;
  /** The queues of jobs, for administrators. */
  readonly jobQueues: QueuePort;
  /** The loader of this request for a read; the look-ups of one turn become one query. */
  loader<Value>(read: BatchRead<Value>): BatchLoader<Value>;
}

/** Reads many values by id at once, as far as the caller may see them. A constant of the slice that owns them. */
export type BatchRead<Value> = (
  context: LedgerContext,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, Value>>;

/** The value with this id, null when there is none; a text that is not an id names nothing. */
export async function find<Value>(
  context: LedgerContext,
  read: BatchRead<Value>,
  id: string,
): Promise<Value | null> {
  return isId(id) ? ((await context.loader(read).load(id)) ?? null) : null;
}

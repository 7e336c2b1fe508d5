import type { TransactionPosted } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { EVERY_TENANT } from "@allfunds/platform/auth";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { markTrace, traceOf } from "@allfunds/platform/telemetry";
import { CursorScalar } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, ID, Resolver, Root, Subscription, type ResolverData } from "type-graphql";
import { requireAccount } from "../accounts/account-sql.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { toTransactionObject, TransactionObject } from "../transactions/transaction-object.ts";
import { BalanceChangeObject, type BookMove, LedgerEventBatchObject } from "./event-objects.ts";
import type { FeedEvent, FeedPage } from "../../feed/feed-page.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { encodePlace, hashed } from "../../feed/feed-place.ts";
import { transform } from "./transform-iterator.ts";

type Data = Pick<ResolverData<LedgerContext>, "args" | "context">;
interface BalanceMove {
  readonly event: FeedEvent;
  readonly accountId: string;
  readonly balance: MoneyJson;
}

const fundIdOf = ({ args }: Data): string | undefined =>
  (args["fundId"] as string | null) ?? undefined;
const accountIdOf = ({ args }: Data): string | undefined =>
  (args["accountId"] as string | null) ?? undefined;

async function checkFilters(data: Data): Promise<void> {
  const fundId = fundIdOf(data);
  const accountId = accountIdOf(data);
  if (fundId !== undefined) await requireFund(data.context, fundId);
  if (accountId !== undefined) await requireAccount(data.context, accountId);
}

async function pagesOf(data: Data): Promise<AsyncIterable<FeedPage>> {
  const { feed, request } = data.context;
  const after = data.args["after"] as string | null | undefined;
  // A cursor comes first: who repeats its subscription behind one goes on there.
  const isFromNow = data.args["fromNow"] === true && typeof after !== "string";
  const fundId = fundIdOf(data);
  if (request.tenantId === EVERY_TENANT)
    return isFromNow ? feed.fromNowOfEveryTenant(fundId) : feed.afterOfEveryTenant(fundId, after);
  await checkFilters(data);
  return isFromNow
    ? feed.fromNow(request.tenantId, fundId)
    : feed.after(request.tenantId, fundId, after);
}

async function subscribeEvents(data: Data): Promise<AsyncIterable<unknown>> {
  const types = data.args["types"] as string[] | null | undefined;
  const pages = await pagesOf(data);
  return transform(pages, ({ events, place, full }) => {
    const kept = types ? events.filter(({ type }) => types.includes(type)) : events;
    // A full page that a filter emptied still moves the cursor, so a restart need not read it again; one
    // that is empty by itself confirms the subscriber's own.
    return kept.length > 0 || full || events.length === 0
      ? [new EventBatch(kept, encodePlace(hashed(place)))]
      : [];
  });
}

/** A batch on its way to one subscriber. */
class EventBatch implements LedgerEventBatchObject {
  readonly events: readonly FeedEvent[];
  readonly cursor: string;

  constructor(events: readonly FeedEvent[], cursor: string) {
    this.events = events;
    this.cursor = cursor;
  }

  get whole(): readonly FeedEvent[] {
    return this.events;
  }

  get moves(): readonly BookMove[] {
    const moves = new Map<string, BookMove>();
    for (const { tenantId, fundId, position } of this.events)
      moves.set(`${tenantId} ${fundId}`, [
        tenantId,
        fundId === tenantBookOf(tenantId) ? null : fundId,
        position,
      ]);
    return [...moves.values()];
  }
}

async function subscribePosted(data: Data): Promise<AsyncIterable<FeedEvent>> {
  await checkFilters(data);
  const { feed, request } = data.context;
  const pages = await feed.fromNow(request.tenantId, fundIdOf(data));
  return transform(pages, ({ events }) => events.filter(isPosted));
}

async function subscribeBalances(data: Data): Promise<AsyncIterable<BalanceMove>> {
  const accountId = accountIdOf(data);
  const posted = await subscribePosted(data);
  return transform(posted, (event) =>
    balanceMoves(event).filter((move) => accountId === undefined || move.accountId === accountId),
  );
}

const toTransaction = ({ position, recordedAt, payload }: FeedEvent): TransactionObject =>
  toTransactionObject({ position, recordedAt: new Date(recordedAt), payload });

const isPosted = ({ type }: FeedEvent): boolean => type === "TransactionPosted";

/** One move per account, with the balance after its last entry. */
function balanceMoves(event: FeedEvent): BalanceMove[] {
  const { entries } = event.payload as TransactionPosted;
  const last = new Map(
    entries.map(({ accountId, balanceAfter, currency }) => [
      accountId,
      { amount: balanceAfter, currency },
    ]),
  );
  return [...last].map(([accountId, balance]) => ({ event, accountId, balance }));
}

@Resolver()
export class SubscriptionResolver {
  @RequiresScopes("ledger:read", "feed:read")
  @Subscription(() => LedgerEventBatchObject, {
    subscribe: subscribeEvents,
    description:
      "The feed of all committed events of the caller's tenant, in order, for ever: from its start, behind `after`, or with `fromNow` from its end. Nothing is left out and nothing comes twice. A cursor that another history of the ledger led to, before a restore, is refused with CURSOR_OF_ANOTHER_LOG. The system's own services, which belong to no tenant, get those of every tenant, and first an empty batch with the cursor that confirms `after` or `fromNow`.",
  })
  ledgerEvents(
    @Root() batch: LedgerEventBatchObject,
    @Arg("after", () => CursorScalar, { nullable: true }) _after: string | null,
    @Arg("fromNow", () => Boolean, {
      defaultValue: false,
      description: "Without `after`: only what is committed from now on, not what is in the feed.",
    })
    _fromNow: boolean,
    @Arg("fundId", () => ID, { nullable: true }) _fundId: string | null,
    @Arg("types", () => [String], { nullable: true }) _types: string[] | null,
    @Ctx() context: LedgerContext,
  ): LedgerEventBatchObject {
    // One trace of a batch is enough: its follower stores all of it together.
    for (const { payload } of batch.events) markTrace(context, traceOf(payload));
    return batch;
  }

  @RequiresScopes("ledger:read")
  @Subscription(() => TransactionObject, {
    subscribe: subscribePosted,
    description: "Transactions posted from now on, of one fund when given.",
  })
  transactionPosted(
    @Root() event: FeedEvent,
    @Arg("fundId", () => ID, { nullable: true }) _fundId: string | null,
    @Ctx() context: LedgerContext,
  ): TransactionObject {
    markTrace(context, traceOf(event.payload));
    return toTransaction(event);
  }

  @RequiresScopes("ledger:read")
  @Subscription(() => BalanceChangeObject, {
    subscribe: subscribeBalances,
    description: "Balances moved from now on, of one fund or one account when given.",
  })
  async balanceChanged(
    @Root() { event, accountId, balance }: BalanceMove,
    @Arg("fundId", () => ID, { nullable: true }) _fundId: string | null,
    @Arg("accountId", () => ID, { nullable: true }) _accountId: string | null,
    @Ctx() context: LedgerContext,
  ): Promise<BalanceChangeObject> {
    markTrace(context, traceOf(event.payload));
    const account = await requireAccount(context, accountId);
    return { account, balance, position: event.position, transaction: toTransaction(event) };
  }
}

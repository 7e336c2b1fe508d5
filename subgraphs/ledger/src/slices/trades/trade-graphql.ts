import type { TradeRecorded } from "@allfunds/contract/events";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { SecurityObject, toSecurityObject } from "../securities/security-object.ts";
import { requireSecurity } from "../securities/security-sql.ts";
import { positionCursor, readPositions } from "./position-sql.ts";
import { TradeInput, toOrders } from "./trade-input.ts";
import {
  PositionConnection,
  PositionObject,
  toPositionObject,
  toTradeObject,
  TradeConnection,
  TradeObject,
} from "./trade-object.ts";
import { findTrade, readTradePage, requireTrade } from "./trade-sql.ts";
import type { TradeStateCommand } from "./trade-state.ts";
import { TRADE_STATUSES, type RecordTrades, type TradeStatus } from "./trade.ts";

@InputType({ description: "Trades to record together." })
class RecordTradesInput {
  @Field(() => ID, { description: "The fund, which has terms on each trade date." })
  fundId!: string;

  @Field(() => [TradeInput], { description: "1 to 1,000 trades; all are recorded or none." })
  trades!: TradeInput[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key record once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "Trades whose cash was exchanged." })
class SettleTradesInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => [ID], { description: "1 to 1,000 trades; all are settled or none." })
  tradeIds!: string[];

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Value date; of each trade its settlement date when absent. The first open day when it is in a closed period.",
  })
  date?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key settle once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A trade, and why something became of it." })
class TradeReasonInput {
  @Field(() => ID, { description: "The trade." })
  tradeId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key do it once." })
  idempotencyKey?: string | null;
}

@ObjectType("RecordedTrades", { description: "Trades of one request." })
class RecordedTradesObject {
  @Field(() => [TradeObject], { description: "In the order of the request." })
  trades!: TradeObject[];

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@ArgsType()
class TradesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: "Only of the security with this ISIN." })
  isin?: string | null;

  @Field(() => TRADE_STATUSES, { nullable: true, description: "Only with this status." })
  status?: TradeStatus | null;
}

@ArgsType()
class PositionsArgs extends PageArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Only what counts up to this value date.",
  })
  asOf?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Only what the book had at this position.",
  })
  knownAt?: number | null;
}

const isinCursor = ({ isin }: PositionObject): string => encodeCursor([isin]);
const tradeCursor = ({ position }: TradeObject): string => encodeCursor([position, 0]);

@Resolver(() => FundObject)
export class FundTradesResolver {
  @FieldResolver(() => TradeConnection, {
    description: "Trades, the last recorded first. SECURITY_NOT_FOUND for an ISIN of no security.",
  })
  async trades(
    @Root() { id }: FundObject,
    @Args(() => TradesArgs) args: TradesArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<TradeObject>> {
    const page = toPage(args);
    const { isin = null, status = null } = args;
    if (isin !== null) await requireSecurity(stores.pool, request.tenantId, isin);
    const filter = { isin, status };
    const trades = await readTradePage(stores.pool, request.tenantId, id, filter, page);
    return toConnection(trades, { ...page, cursorOf: tradeCursor });
  }

  @FieldResolver(() => PositionConnection, {
    description:
      "What the fund holds with its lots, by ISIN: now, on a value date, as known at a position, or both.",
  })
  async positions(
    @Root() fund: FundObject,
    @Args(() => PositionsArgs) args: PositionsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<PositionObject>> {
    const page = toPage(args);
    const { request, stores } = context;
    const knownAt = await settleKnownAt(context, fund.id, args.knownAt);
    const book = { tenantId: request.tenantId, bookId: fund.id };
    const asOf = args.asOf ?? null;
    const held = await readPositions(
      stores.pool,
      book,
      { asOf, knownAt },
      { limit: page.first + 1, after: positionCursor(page.after) },
    );
    const isins = held.map(({ isin }) => isin);
    const of = { fund, isins, asOf, isPast: typeof args.knownAt === "number" };
    const positions = held.map((each) => Object.assign(toPositionObject(each), { page: of }));
    return toConnection(positions, { ...page, cursorOf: isinCursor });
  }
}

@Resolver(() => PositionObject)
export class PositionResolver {
  @FieldResolver(() => SecurityObject, { description: "The security as it was described last." })
  async security(
    @Root() { isin }: PositionObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<SecurityObject> {
    return toSecurityObject(await requireSecurity(stores.pool, request.tenantId, isin));
  }
}

@Resolver(() => TradeObject)
export class TradeResolver {
  readonly #books: CommandPort<RecordTrades | TradeStateCommand>;

  constructor({ books }: { readonly books: CommandPort<RecordTrades | TradeStateCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => TradeObject, { nullable: true, description: "One trade, null when there is none." })
  trade(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<TradeObject | null> {
    return findTrade(context, id);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => RecordedTradesObject, {
    description:
      "Records trades from their trade date on: cost, result and what is owed until settlement. LOTS_EXCEEDED when more is sold than held; a late trade replays the lots behind it. Above an approval limit a single trade is APPROVAL_REQUIRED and waits as a proposal; several are refused.",
  })
  async recordTrades(
    @Arg("input", () => RecordTradesInput) input: RecordTradesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecordedTradesObject> {
    const { request } = context;
    const { fundId } = input;
    const fund = await requireFund(context, fundId);
    const trades = await toOrders(context, fund, input.trades);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "RecordTrades", fundId, trades },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { fundId, trades: input.trades },
      clientChoseId: input.trades.some(({ id }) => typeof id === "string"),
    });
    const recorded = events
      .filter(({ type }) => type === "TradeRecorded")
      .map(({ payload, position }) =>
        toTradeObject({ payload: payload as TradeRecorded, position, status: null, onDate: null }),
      );
    return Object.assign(new RecordedTradesObject(), { trades: recorded, replayed });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => [TradeObject], {
    description:
      "Posts the cash of trades against what was owed. TRADE_STATE when one is settled or cancelled.",
  })
  async settleTrades(
    @Arg("input", () => SettleTradesInput) input: SettleTradesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TradeObject[]> {
    const { fundId, tradeIds, date = null } = input;
    const key = idempotencyKey(context.request, input.idempotencyKey, info.path.key);
    await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: { kind: "SettleTrades", fundId, tradeIds, date },
      key,
      content: { fundId, tradeIds, date },
    });
    return Promise.all(tradeIds.map((id) => requireTrade(context, id)));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => TradeObject, {
    description:
      "Notes that the settlement of a trade failed. Nothing is posted; it may still settle.",
  })
  async failTrade(
    @Arg("input", () => TradeReasonInput) input: TradeReasonInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TradeObject> {
    return this.#change("FailTrade", input, context, info);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => TradeObject, {
    description:
      "Takes a trade back by a reversal, and replays the lots behind it. LOTS_EXCEEDED when a later sale needs it.",
  })
  async cancelTrade(
    @Arg("input", () => TradeReasonInput) input: TradeReasonInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TradeObject> {
    return this.#change("CancelTrade", input, context, info);
  }

  async #change(
    kind: "FailTrade" | "CancelTrade",
    { tradeId, reason, idempotencyKey: inInput }: TradeReasonInput,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<TradeObject> {
    const { request } = context;
    const { fundId, isin } = await requireTrade(context, tradeId);
    await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind, fundId, tradeId, isin, reason },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { kind, tradeId, reason },
    });
    return requireTrade(context, tradeId);
  }
}

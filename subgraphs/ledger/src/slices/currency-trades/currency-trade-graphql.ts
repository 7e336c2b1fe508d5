import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  DecimalScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
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
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { RateRecord } from "../lots/portfolio-fact.ts";
import { givenRate, RatesByDay } from "../trades/trade-input.ts";
import {
  CurrencyTradeConnection,
  CurrencyTradeObject,
  findCurrencyTrade,
  readCurrencyTrades,
  requireCurrencyTrade,
} from "./currency-trade-object.ts";
import {
  CURRENCY_TRADE_STATUSES,
  type CurrencyTradeRecorded,
  type CurrencyTradeStatus,
} from "./currency-trade-state.ts";
import { needsRate, type CurrencyTradeCommand } from "./currency-trade.ts";

const KEY = "Repeats with the same key do it once.";

@InputType({ description: "One currency sold for another at once." })
class RecordCurrencyTradeInput {
  @Field(() => ID, { nullable: true, description: "UUID; made by the ledger when absent." })
  id?: string | null;

  @Field(() => ID, { description: "The fund, which has terms on the trade date." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Trade date." })
  tradeDate!: string;

  @Field(() => DateScalar, { description: "Day on which both currencies are due." })
  settlementDate!: string;

  @Field(() => String, { description: "ISO 4217 code of the currency sold." })
  soldCurrency!: string;

  @Field(() => DecimalScalar, { description: "Amount sold, above zero." })
  sold!: string;

  @Field(() => String, { description: "ISO 4217 code of the currency bought." })
  boughtCurrency!: string;

  @Field(() => DecimalScalar, { description: "Amount bought, above zero." })
  bought!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    defaultValue: "0",
    description: "Transaction costs in the currency sold, beside the amount sold; zero or more.",
  })
  costs?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Units of the currency sold for one of the fund's base currency; the newest rate of the trade date when absent. Read where neither side is the base currency, and for costs in a foreign one.",
  })
  exchangeRate?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Your own, unique in the fund, 1 to 140 characters.",
  })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: "An exchange of currencies whose cash was exchanged." })
class SettleCurrencyTradeInput {
  @Field(() => ID, { description: "The exchange." })
  currencyTradeId!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Value date; the settlement date when absent. The first open day when it is in a closed period.",
  })
  date?: string | null;

  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: "An exchange of currencies, and why it is taken back." })
class CancelCurrencyTradeInput {
  @Field(() => ID, { description: "The exchange." })
  currencyTradeId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@ArgsType()
class CurrencyTradesArgs extends PageArgs {
  @Field(() => CURRENCY_TRADE_STATUSES, { nullable: true, description: "Only with this status." })
  status?: CurrencyTradeStatus | null;
}

const tradeCursor = ({ position }: CurrencyTradeObject): string => encodeCursor([position, 0]);

@Resolver(() => FundObject)
export class FundCurrencyTradesResolver {
  @FieldResolver(() => CurrencyTradeConnection, {
    description: "Exchanges of currencies, the last recorded first.",
  })
  async currencyTrades(
    @Root() { id }: FundObject,
    @Args(() => CurrencyTradesArgs) args: CurrencyTradesArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<CurrencyTradeObject>> {
    const page = toPage(args);
    const status = args.status ?? null;
    const trades = await readCurrencyTrades(stores.pool, request.tenantId, id, status, page);
    return toConnection(trades, { ...page, cursorOf: tradeCursor });
  }
}

@Resolver(() => CurrencyTradeObject)
export class CurrencyTradeResolver {
  readonly #books: CommandPort<CurrencyTradeCommand>;

  constructor({ books }: { readonly books: CommandPort<CurrencyTradeCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => CurrencyTradeObject, {
    nullable: true,
    description: "One exchange of currencies, null when there is none.",
  })
  currencyTrade(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<CurrencyTradeObject | null> {
    return findCurrencyTrade(context, id);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CurrencyTradeObject, {
    description:
      "Records that a fund sold one currency for another, and posts what is owed until settlement. RATE_MISSING when its worth in the base currency is not known. Above an approval limit it is APPROVAL_REQUIRED and waits as a proposal.",
  })
  async recordCurrencyTrade(
    @Arg("input", () => RecordCurrencyTradeInput) input: RecordCurrencyTradeInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CurrencyTradeObject> {
    const { request } = context;
    const { fundId, id, idempotencyKey: inInput, exchangeRate, ...deal } = input;
    const fund = await requireFund(context, fundId);
    const costs = deal.costs ?? "0";
    const reference = deal.reference ?? null;
    const { events } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        ...deal,
        kind: "RecordCurrencyTrade",
        fundId,
        tradeId: id ?? newId(),
        costs,
        reference,
        rate: await rateOf(context, fund, input, costs),
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { ...deal, fundId, id, costs, reference, exchangeRate },
      clientChoseId: typeof id === "string",
    });
    const { payload } = requireEvent(events, "CurrencyTradeRecorded");
    return requireCurrencyTrade(context, (payload as CurrencyTradeRecorded).tradeId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CurrencyTradeObject, {
    description:
      "Posts the cash of an exchange of currencies against what was owed. TRADE_STATE when it is settled or cancelled.",
  })
  async settleCurrencyTrade(
    @Arg("input", () => SettleCurrencyTradeInput) input: SettleCurrencyTradeInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CurrencyTradeObject> {
    const { currencyTradeId: tradeId, date = null, idempotencyKey: inInput } = input;
    const { fundId } = await requireCurrencyTrade(context, tradeId);
    return this.#end(
      context,
      { kind: "SettleCurrencyTrade", fundId, tradeId, date },
      idempotencyKey(context.request, inInput, info.path.key),
    );
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CurrencyTradeObject, {
    description:
      "Takes an exchange of currencies back by a reversal. TRADE_STATE when it is settled or cancelled.",
  })
  async cancelCurrencyTrade(
    @Arg("input", () => CancelCurrencyTradeInput) input: CancelCurrencyTradeInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CurrencyTradeObject> {
    const { currencyTradeId: tradeId, reason, idempotencyKey: inInput } = input;
    const { fundId } = await requireCurrencyTrade(context, tradeId);
    return this.#end(
      context,
      { kind: "CancelCurrencyTrade", fundId, tradeId, reason },
      idempotencyKey(context.request, inInput, info.path.key),
    );
  }

  async #end(
    context: LedgerContext,
    command: Exclude<CurrencyTradeCommand, { kind: "RecordCurrencyTrade" }>,
    key: string | undefined,
  ): Promise<CurrencyTradeObject> {
    await this.#books.carryOut(context.request, {
      bookId: command.fundId,
      command,
      key,
      content: command,
    });
    return requireCurrencyTrade(context, command.tradeId);
  }
}

/** The rate that a deal needs, null when it needs none. */
async function rateOf(
  context: LedgerContext,
  fund: FundObject,
  { soldCurrency, boughtCurrency, tradeDate, exchangeRate }: RecordCurrencyTradeInput,
  costs: string,
): Promise<RateRecord | null> {
  if (!needsRate(fund.currency, soldCurrency, boughtCurrency, costs)) return null;
  if (typeof exchangeRate === "string") return givenRate(exchangeRate);
  return new RatesByDay(context, fund).of(soldCurrency, tradeDate);
}

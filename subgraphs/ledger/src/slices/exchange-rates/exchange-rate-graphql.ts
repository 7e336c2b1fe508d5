import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, Info, Mutation, Query, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import {
  ExchangeRateConnection,
  type ExchangeRateInput,
  ExchangeRateObject,
  RecordedExchangeRatesObject,
  RecordExchangeRatesInput,
} from "./exchange-rate-object.ts";
import { readRatePage } from "./exchange-rate-sql.ts";
import type { ExchangeRate, ExchangeRatesRecorded, RecordExchangeRates } from "./exchange-rate.ts";

@ArgsType()
class ExchangeRatesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: "Only of one unit of this currency." })
  base?: string | null;

  @Field(() => String, { nullable: true, description: "Only in this currency." })
  quote?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "First day." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day." })
  to?: string | null;
}

const recordCursor = ({ position, line }: ExchangeRateObject): string =>
  encodeCursor([position, line]);

const toRate = (input: ExchangeRateInput): ExchangeRate => {
  const { date, base, quote, rate, source } = input;
  return { date, base, quote, rate, source };
};

@Resolver(() => ExchangeRateObject)
export class ExchangeRateResolver {
  readonly #books: CommandPort<RecordExchangeRates>;

  constructor({ books }: { readonly books: CommandPort<RecordExchangeRates> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ExchangeRateConnection, {
    description: "The tenant's exchange rates as they were recorded, the last first.",
  })
  async exchangeRates(
    @Args(() => ExchangeRatesArgs) args: ExchangeRatesArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<ExchangeRateObject>> {
    const page = toPage(args);
    const { base = null, quote = null, from = null, to = null } = args;
    const filter = { base, quote, from, to };
    const rates = await readRatePage(stores.pool, request.tenantId, filter, page);
    const objects = rates.map((rate) => Object.assign(new ExchangeRateObject(), rate));
    return toConnection(objects, { ...page, cursorOf: recordCursor });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => RecordedExchangeRatesObject, {
    description:
      "Records exchange rates of the tenant. A correction is a new record: of the same day, pair and source the newest counts.",
  })
  async recordExchangeRates(
    @Arg("input", () => RecordExchangeRatesInput) input: RecordExchangeRatesInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecordedExchangeRatesObject> {
    requireEveryFund(request, "Exchange rates are for every fund: they need a grant for all.");
    const rates = input.rates.map(toRate);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "RecordExchangeRates", batchId: newId(), rates },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { rates },
    });
    const recorded = requireEvent(events, "ExchangeRatesRecorded").payload as ExchangeRatesRecorded;
    const { batchId } = recorded;
    return Object.assign(new RecordedExchangeRatesObject(), {
      batchId,
      count: rates.length,
      replayed,
    });
  }
}

import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Mutation, Query, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import { requireFund } from "../funds/fund-sql.ts";
import {
  RecordedPricesObject,
  RecordPricesInput,
  SecurityPriceConnection,
  type SecurityPriceInput,
  SecurityPriceObject,
} from "./price-object.ts";
import { readPricePage, requirePriced } from "./price-sql.ts";
import type { Price, PricesRecorded, RecordPrices } from "./price.ts";

@ArgsType()
class SecurityPricesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: "Only of the security with this ISIN." })
  isin?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Prices that are only this fund's; the tenant's when absent.",
  })
  fundId?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "First day." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day." })
  to?: string | null;
}

const recordCursor = ({ position, line }: SecurityPriceObject): string =>
  encodeCursor([position, line]);

const toPrice = (input: SecurityPriceInput): Price => {
  const { isin, date, price, currency, kind, source } = input;
  return { isin, date, price, currency, kind, source };
};

@Resolver(() => SecurityPriceObject)
export class SecurityPriceResolver {
  readonly #books: CommandPort<RecordPrices>;

  constructor({ books }: { readonly books: CommandPort<RecordPrices> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => SecurityPriceConnection, {
    description:
      "Prices as they were recorded, the last first: the tenant's, or those of one fund. FUND_NOT_FOUND and SECURITY_NOT_FOUND for what there is none of.",
  })
  async securityPrices(
    @Args(() => SecurityPricesArgs) args: SecurityPricesArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<SecurityPriceObject>> {
    const page = toPage(args);
    const { isin = null, fundId = null, from = null, to = null } = args;
    if (fundId !== null) await requireFund(context, fundId);
    const { request, stores } = context;
    const filter = { isin, fundId, from, to };
    const prices = await readPricePage(stores.pool, request.tenantId, filter, page);
    if (isin !== null && prices.length === 0) {
      await requirePriced(stores.pool, request.tenantId, isin);
    }
    const objects = prices.map((price) => Object.assign(new SecurityPriceObject(), price));
    return toConnection(objects, { ...page, cursorOf: recordCursor });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => RecordedPricesObject, {
    description:
      "Records prices of securities. A correction is a new record; of one day the source and kind decide, then the newest.",
  })
  async recordPrices(
    @Arg("input", () => RecordPricesInput) input: RecordPricesInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecordedPricesObject> {
    const { fundId = null } = input;
    if (fundId === null) {
      requireEveryFund(
        request,
        "Prices for every fund need a grant for all; name one fund instead.",
      );
    }
    const prices = input.prices.map(toPrice);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId ?? tenantBookOf(request.tenantId),
      command: { kind: "RecordPrices", fundId, batchId: newId(), prices },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { fundId, prices },
    });
    const { batchId } = requireEvent(events, "PricesRecorded").payload as PricesRecorded;
    return Object.assign(new RecordedPricesObject(), { batchId, count: prices.length, replayed });
  }
}

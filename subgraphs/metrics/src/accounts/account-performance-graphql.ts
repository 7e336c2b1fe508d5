import { seesFund } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { CursorScalar } from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { AccountEntity } from "../books/entities.ts";
import { accountNotFound } from "../books/followed-books.ts";
import { FigureArgs, RollingArgs } from "../figures/figure-graphql.ts";
import type { RollingPointObject } from "../figures/figure-graphql.ts";
import type { PerformanceContext } from "../funds/fund-performance-graphql.ts";
import { RollingConnection } from "../instruments/instrument-figures-graphql.ts";
import { performanceResolver, PerformanceObject } from "../performance/performance-graphql.ts";
import { performanceRange, Performances } from "../performance/performances.ts";
import { readerCurrency } from "../prices/conversion-graphql.ts";
import { utcDate } from "../series/calendar.ts";
import { readAccountMovements } from "./account-movements-sql.ts";
import type { AccountMovements } from "./account-movements-sql.ts";

@ObjectType("AccountPerformance", {
  description:
    "Return and risk of an account of assets, or the cost of one of liabilities, revalued every day. What moved it counts as flow, except the income and expenses that belong to it.",
})
class AccountPerformanceObject extends PerformanceObject {
  @Field(() => ID, { description: "UUID of the account." })
  accountId!: string;
}

/** The fields of an account's performance. */
export const AccountPerformanceValuesResolver = performanceResolver(AccountPerformanceObject);

@Resolver(() => AccountEntity)
export class AccountPerformanceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @Directive("@cost(weight: 700)")
  @FieldResolver(() => AccountPerformanceObject, {
    nullable: true,
    description:
      "Time- and money-weighted return and the figures of risk of an account of assets or liabilities, from the first entry to today by default, over ten years at most. In a reader's currency, each day is converted by the latest rate of the seven days up to it: the book's, else that of currency pairs. INSUFFICIENT_DATA for an account of equity, income or expenses.",
  })
  async performance(
    @Root() account: AccountEntity,
    @Args(() => FigureArgs) args: FigureArgs,
    @Ctx() context: PerformanceContext,
  ): Promise<AccountPerformanceObject> {
    const { from: _from, to: _to, benchmarkId, currency, ...given } = args;
    const { movements, asOf } = await readMovements(account, args, context);
    const reader = readerCurrency(currency, movements.currency);
    const { tenantId } = context.request;
    const request = { subject: "ACCOUNT", tenantId, movements, reader, benchmarkId } as const;
    const performances = new Performances(this.#pool, context.compute);
    return {
      accountId: account.id,
      asOf,
      position: movements.position,
      currency: reader ?? movements.currency,
      from: movements.range?.from ?? null,
      performance: await performances.of(request, given, asOf),
    };
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 500)")
  @FieldResolver(() => RollingConnection, {
    nullable: true,
    description:
      "A figure of a window that moves over the value of one unit of the account, by day, oldest first; over ten years at most.",
  })
  async rolling(
    @Root() account: AccountEntity,
    @Args(() => RollingArgs) args: RollingArgs,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() context: PerformanceContext,
  ): Promise<Connection<RollingPointObject>> {
    const { movements, asOf } = await readMovements(account, args, context);
    const reader = readerCurrency(args.currency, movements.currency);
    const { tenantId } = context.request;
    const { benchmarkId } = args;
    const request = { subject: "ACCOUNT", tenantId, movements, reader, benchmarkId } as const;
    const performances = new Performances(this.#pool, context.compute);
    return performances.rolling(request, args, { first, after, asOf });
  }
}

async function readMovements(
  account: AccountEntity,
  args: Pick<FigureArgs, "from" | "to">,
  { request, awaitFund, reads }: PerformanceContext,
): Promise<{ movements: AccountMovements; asOf: string }> {
  await awaitFund(account.fund);
  const range = performanceRange(args, utcDate(request.now));
  const granted = reads.seeing(grantsOf(request));
  const movements = isId(account.id)
    ? await readAccountMovements(granted, request.tenantId, account.id, range)
    : undefined;
  // The book the account is in decides, whatever book the request names.
  if (movements === undefined || !seesFund(request, movements.fundId)) throw accountNotFound();
  return { movements, asOf: range.to };
}

import { currencyScale } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { AccountEntity } from "../accounts/account-entity.ts";
import { readAccount, readMonthEndBalances } from "../accounts/account-figures.ts";
import { readFund } from "../funds/read-fund.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { ForecastObject, makeForecast } from "./forecast-object.ts";
import { DEFAULT_HORIZON, HORIZON_DESCRIPTION, requireHorizon } from "./horizon.ts";
import { completeMonths } from "./monthly-history.ts";
import type { MonthlySeries } from "./monthly-series.ts";

@Resolver(() => AccountEntity)
export class AccountForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "The account's month-end balance continued, on its normal side; INSUFFICIENT_DATA when the history is too short.",
  })
  async forecast(
    @Root() account: AccountEntity,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    await awaitFund(account.fund);
    const series = await readSnapshot(this.#pool, (client) =>
      readAccountSeries(client, request, account.id),
    );
    return makeForecast(series, horizon, request.now);
  }
}

async function readAccountSeries(
  client: DatabaseClient,
  request: RequestContext,
  accountId: string,
): Promise<MonthlySeries> {
  const { tenantId } = request;
  const today = utcDate(request.now);
  const account = await readAccount(client, request, accountId);
  const { activity } = await readFund(client, tenantId, account.fundId, today);
  const months = activity === null ? [] : completeMonths(activity, today);
  return {
    metric: "BALANCE",
    currency: account.currency,
    scale: currencyScale(account.currency),
    months,
    values: await readMonthEndBalances(client, tenantId, account, months),
    nonNegative: false,
  };
}

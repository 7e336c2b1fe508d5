import { invalidInput } from "@allfunds/contract/errors";
import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { FundObject } from "../funds/fund-object.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readFundBalances, readFundChart } from "./read-fund-balances.ts";
import { BalanceSheetObject, IncomeStatementObject, TrialBalanceObject } from "./report-objects.ts";
import { PeriodArgs, PointArgs } from "./report-args.ts";
import { LAST_DAY, dayBefore, settleKnownAt } from "../balances/point-in-time.ts";

/** Reports on a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class ReportResolver {
  @FieldResolver(() => TrialBalanceObject, {
    description: "The balances of all accounts on a day, which must be the same on both sides.",
  })
  async trialBalance(
    @Root() fund: FundObject,
    @Args(() => PointArgs) args: PointArgs,
    @Ctx() context: LedgerContext,
  ): Promise<TrialBalanceObject> {
    return Object.assign(new TrialBalanceObject(), await this.#at(fund, args, context));
  }

  @FieldResolver(() => BalanceSheetObject, {
    description: "What the fund has, owes and earned so far, on a day.",
  })
  async balanceSheet(
    @Root() fund: FundObject,
    @Args(() => PointArgs) args: PointArgs,
    @Ctx() context: LedgerContext,
  ): Promise<BalanceSheetObject> {
    return Object.assign(new BalanceSheetObject(), await this.#at(fund, args, context));
  }

  @FieldResolver(() => IncomeStatementObject, {
    description: "What the fund earned and spent between two days, both included.",
  })
  async incomeStatement(
    @Root() { id }: FundObject,
    @Args(() => PeriodArgs) args: PeriodArgs,
    @Ctx() context: LedgerContext,
  ): Promise<IncomeStatementObject> {
    const { from, to } = args;
    if (from > to) throw invalidInput("from", "must not lie after `to`");
    const knownAt = await settleKnownAt(context, id, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId: id };
    const balances = await readFundBalances(
      context.stores,
      fund,
      { asOf: to, knownAt },
      { asOf: dayBefore(from), knownAt },
    );
    const chart = await readFundChart(context.stores, fund);
    return Object.assign(new IncomeStatementObject(), {
      fundId: id,
      from,
      to,
      knownAt,
      balances,
      chart,
    });
  }

  async #at({ id }: FundObject, args: PointArgs, context: LedgerContext) {
    const asOf = args.asOf ?? null;
    const knownAt = await settleKnownAt(context, id, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId: id };
    const point = { asOf: asOf ?? LAST_DAY, knownAt };
    const balances = await readFundBalances(context.stores, fund, point);
    return {
      fundId: id,
      asOf,
      knownAt,
      balances,
      chart: await readFundChart(context.stores, fund),
    };
  }
}

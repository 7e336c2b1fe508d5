import type { MoneyJson } from "@allfunds/contract/money";
import {
  DateScalar,
  MoneyObject,
  SafeIntScalar,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Args, Field, ObjectType } from "type-graphql";
import { PageArgs } from "../../graph/page-args.ts";
import { sumByCurrency, type AccountBalance } from "./read-fund-balances.ts";
import { linePage, moneyOf, ReportLineConnection, type ReportLineObject } from "./report-line.ts";

@ObjectType("TrialBalanceTotal", {
  description: "Both sides of a fund's accounts in one currency.",
})
class TrialBalanceTotalObject {
  @Field(() => String, { description: "ISO 4217." })
  currency!: string;

  @Field(() => MoneyObject, { description: "Sum of the debit balances." })
  debit!: MoneyJson;

  @Field(() => MoneyObject, { description: "Sum of the credit balances; the same, always." })
  credit!: MoneyJson;
}

@ObjectType("TrialBalance", { description: "The balances of all accounts of a fund, by side." })
export class TrialBalanceObject {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Value dates up to this day; all when null.",
  })
  asOf!: string | null;

  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  balances!: readonly AccountBalance[];

  @Field(() => [TrialBalanceTotalObject], { description: "The two sides, per currency." })
  totals(): TrialBalanceTotalObject[] {
    return sumByCurrency(this.balances, ["debit", "credit"], ({ debitMinor }) =>
      debitMinor > 0n ? { debit: debitMinor } : { credit: -debitMinor },
    ).map(({ currency, sums }) => ({
      currency,
      debit: moneyOf(sums.debit, currency),
      credit: moneyOf(sums.credit, currency),
    }));
  }

  @Field(() => ReportLineConnection, { description: "The accounts with a balance, by code." })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ReportLineObject> {
    return linePage(this.balances, args);
  }
}

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

@ObjectType("BalanceSheetTotal", {
  description: "A balance sheet in one currency: assets = liabilities + equity + result.",
})
class BalanceSheetTotalObject {
  @Field(() => String, { description: "ISO 4217." })
  currency!: string;

  @Field(() => MoneyObject, { description: "What the fund has." })
  assets!: MoneyJson;

  @Field(() => MoneyObject, { description: "What the fund owes." })
  liabilities!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was paid in, less what was paid out." })
  equity!: MoneyJson;

  @Field(() => MoneyObject, { description: "All income less all expenses up to the day." })
  result!: MoneyJson;
}

const SECTIONS = ["assets", "liabilities", "equity", "result"] as const;

function shareOf({ account, normalMinor }: AccountBalance) {
  switch (account.type) {
    case "ASSET":
      return { assets: normalMinor };
    case "LIABILITY":
      return { liabilities: normalMinor };
    case "EQUITY":
      return { equity: normalMinor };
    case "INCOME":
      return { result: normalMinor };
    case "EXPENSE":
      return { result: -normalMinor };
  }
}

@ObjectType("BalanceSheet", { description: "What a fund has and where it came from, on a day." })
export class BalanceSheetObject {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Value dates up to this day; all when null.",
  })
  asOf!: string | null;

  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  balances!: readonly AccountBalance[];

  @Field(() => [BalanceSheetTotalObject], { description: "The sections' sums, per currency." })
  totals(): BalanceSheetTotalObject[] {
    return sumByCurrency(this.balances, SECTIONS, shareOf).map(({ currency, sums }) => ({
      currency,
      assets: moneyOf(sums.assets, currency),
      liabilities: moneyOf(sums.liabilities, currency),
      equity: moneyOf(sums.equity, currency),
      result: moneyOf(sums.result, currency),
    }));
  }

  @Field(() => ReportLineConnection, {
    description: "The asset, liability and equity accounts with a balance, by code.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ReportLineObject> {
    const kept = this.balances.filter(
      ({ account: { type } }) => type !== "INCOME" && type !== "EXPENSE",
    );
    return linePage(kept, args);
  }
}

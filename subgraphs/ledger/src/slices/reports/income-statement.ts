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

@ObjectType("IncomeStatementTotal", { description: "Income and expenses in one currency." })
class IncomeStatementTotalObject {
  @Field(() => String, { description: "ISO 4217." })
  currency!: string;

  @Field(() => MoneyObject, { description: "What was earned." })
  income!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was spent." })
  expenses!: MoneyJson;

  @Field(() => MoneyObject, { description: "Income less expenses." })
  net!: MoneyJson;
}

const isOfPeriod = ({ account: { type } }: AccountBalance): boolean =>
  type === "INCOME" || type === "EXPENSE";

@ObjectType("IncomeStatement", { description: "What a fund earned and spent in a period." })
export class IncomeStatementObject {
  @Field(() => DateScalar, { description: "First value date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date." })
  to!: string;

  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  balances!: readonly AccountBalance[];

  @Field(() => [IncomeStatementTotalObject], { description: "The sums, per currency." })
  totals(): IncomeStatementTotalObject[] {
    const kept = this.balances.filter(isOfPeriod);
    return sumByCurrency(kept, ["income", "expenses"], ({ account, normalMinor }) =>
      account.type === "INCOME" ? { income: normalMinor } : { expenses: normalMinor },
    ).map(({ currency, sums }) => ({
      currency,
      income: moneyOf(sums.income, currency),
      expenses: moneyOf(sums.expenses, currency),
      net: moneyOf(sums.income - sums.expenses, currency),
    }));
  }

  @Field(() => ReportLineConnection, {
    description: "The income and expense accounts that moved in the period, by code.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ReportLineObject> {
    return linePage(this.balances.filter(isOfPeriod), args);
  }
}

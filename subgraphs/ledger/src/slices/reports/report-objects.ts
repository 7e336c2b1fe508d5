import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  DateScalar,
  MoneyObject,
  SafeIntScalar,
  connectionType,
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Arg, Args, Field, Int, ObjectType } from "type-graphql";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { sumByCurrency, type AccountBalance } from "./read-fund-balances.ts";
import { rollUp, type RolledUp } from "./rolled-up.ts";

const moneyOf = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

@ObjectType("ReportLine", { description: "One account in a report." })
export class ReportLineObject {
  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => MoneyObject, { description: "Its amount, on its normal side." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Debits less credits where that is positive, else zero.",
  })
  debit!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Credits less debits where that is positive, else zero.",
  })
  credit!: MoneyJson;
}

const ReportLineConnection = connectionType("ReportLine", ReportLineObject);

/** A page of a report's accounts, by code. */
function linePage(
  balances: readonly AccountBalance[],
  args: PageArgs,
): Connection<ReportLineObject> {
  const page = toPage(args);
  const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [""];
  const rest = balances.filter(({ account }) => account.code > String(last));
  return toConnection(rest.slice(0, page.first + 1).map(toLine), {
    ...page,
    cursorOf: ({ account }) => encodeCursor([account.code]),
    totalCount: balances.length,
  });
}

const toLine = ({ account, debitMinor, normalMinor }: AccountBalance): ReportLineObject => ({
  account,
  amount: moneyOf(normalMinor, account.currency),
  debit: moneyOf(debitMinor > 0n ? debitMinor : 0n, account.currency),
  credit: moneyOf(debitMinor < 0n ? -debitMinor : 0n, account.currency),
});

@ObjectType("RolledUpLine", {
  description: "An account of the chart with the amounts of all accounts beneath it.",
})
export class RolledUpLineObject {
  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => Int, { description: "1 for an account without a parent, 2 beneath it, and so on." })
  level!: number;

  @Field(() => [MoneyObject], {
    description: "Its own amount and those beneath it on their normal side, per currency.",
  })
  amounts!: MoneyJson[];

  @Field(() => Int, { description: "How many accounts with an amount it sums up." })
  accounts!: number;

  place!: number;
}

const RolledUpLineConnection = connectionType("RolledUpLine", RolledUpLineObject);

const DEPTH =
  "Levels of the chart to show, from 1; what lies deeper stays in the amounts above. All when absent.";

/** A page of the chart as a tree, each account before those beneath it. */
function treePage(rows: readonly RolledUp[], args: PageArgs): Connection<RolledUpLineObject> {
  const page = toPage(args);
  const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [-1];
  const shown = rows
    .map(({ account, level, sums, accounts }, place) => ({
      account,
      level,
      accounts,
      amounts: [...sums].map(([currency, minor]) => moneyOf(minor, currency)),
      place,
    }))
    .filter(({ place }) => place > Number(last));
  return toConnection(shown.slice(0, page.first + 1), {
    ...page,
    cursorOf: ({ place }) => encodeCursor([place]),
    totalCount: rows.length,
  });
}

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
  fundId!: string;
  /** Of the report of one share class. */
  classId?: string;

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

  chart!: readonly AccountObject[];

  @Field(() => RolledUpLineConnection, {
    description: "The same by the hierarchy of the chart: each account before those beneath it.",
  })
  tree(
    @Args(() => PageArgs) args: PageArgs,
    @Arg("depth", () => Int, { nullable: true, description: DEPTH }) depth?: number | null,
  ): Connection<RolledUpLineObject> {
    return treePage(rollUp(this.chart, this.balances, depth ?? undefined), args);
  }
}

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
  fundId!: string;
  /** Of the report of one share class. */
  classId?: string;

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

  chart!: readonly AccountObject[];

  @Field(() => RolledUpLineConnection, {
    description: "The same by the hierarchy of the chart: each account before those beneath it.",
  })
  tree(
    @Args(() => PageArgs) args: PageArgs,
    @Arg("depth", () => Int, { nullable: true, description: DEPTH }) depth?: number | null,
  ): Connection<RolledUpLineObject> {
    return treePage(
      rollUp(
        this.chart,
        this.balances.filter((balance) => !isOfPeriod(balance)),
        depth ?? undefined,
      ),
      args,
    );
  }
}

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
  fundId!: string;

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

  chart!: readonly AccountObject[];

  @Field(() => RolledUpLineConnection, {
    description: "The same by the hierarchy of the chart: each account before those beneath it.",
  })
  tree(
    @Args(() => PageArgs) args: PageArgs,
    @Arg("depth", () => Int, { nullable: true, description: DEPTH }) depth?: number | null,
  ): Connection<RolledUpLineObject> {
    return treePage(rollUp(this.chart, this.balances.filter(isOfPeriod), depth ?? undefined), args);
  }
}

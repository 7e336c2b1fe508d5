import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { dayBefore, settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { compareColumns, type Compared } from "./comparative.ts";
import { readFundBalances, readFundChart, type AccountBalance } from "./read-fund-balances.ts";
import { KnownAtArgs } from "./report-args.ts";

@InputType({ description: "Two days, both included." })
class ReportPeriodInput {
  @Field(() => DateScalar, { description: "First value date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date." })
  to!: string;
}

@ArgsType()
class ComparativeArgs extends KnownAtArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      "Levels of the chart to show, from 1; what lies deeper stays in the amounts above. All when absent.",
  })
  depth?: number | null;
}

@ArgsType()
class ComparedDaysArgs extends ComparativeArgs {
  @Field(() => [DateScalar], { description: "2 to 13 days, one for each column." })
  days!: string[];
}

@ArgsType()
class ComparedPeriodsArgs extends ComparativeArgs {
  @Field(() => [ReportPeriodInput], { description: "2 to 13 periods, one for each column." })
  periods!: ReportPeriodInput[];
}

@ObjectType("ComparativeColumn", { description: "What a line has in one column." })
class ComparativeColumnObject {
  @Field(() => [MoneyObject], {
    description:
      "Its own amount and those beneath it on their normal side, per currency; zero where another column has that currency.",
  })
  amounts!: MoneyJson[];
}

@ObjectType("ComparativeLine", { description: "An account of the chart in every column." })
class ComparativeLineObject {
  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => Int, { description: "1 for an account without a parent, 2 beneath it, and so on." })
  level!: number;

  @Field(() => [ComparativeColumnObject], { description: "As many as were requested, in order." })
  columns!: ComparativeColumnObject[];

  place!: number;
}

/** The days and balances of a column. */
export interface ComparedColumn {
  /** First day of a period; absent of a balance sheet. */
  readonly from?: string;
  readonly to: string;
  readonly balances: readonly AccountBalance[];
}

const ComparativeLineConnection = connectionType("ComparativeLine", ComparativeLineObject);

@ObjectType("ComparativeReport", {
  description: "A report in several columns over one chart, by its hierarchy.",
})
export class ComparativeReportObject {
  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  fundId!: string;
  chart!: readonly AccountObject[];
  columns!: readonly ComparedColumn[];

  rows!: readonly Compared[];

  @Field(() => ComparativeLineConnection, {
    description: "Each account before those beneath it, side by side by code.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ComparativeLineObject> {
    const page = toPage(args);
    const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [-1];
    const shown = this.rows
      .map(({ account, level, columns }, place) => ({
        account,
        level,
        place,
        columns: columns.map((sums) => ({
          amounts: [...sums].map(([currency, minor]) => ({
            amount: formatAmount(minor, currency),
            currency,
          })),
        })),
      }))
      .filter(({ place }) => place > Number(last));
    return toConnection(shown.slice(0, page.first + 1), {
      ...page,
      cursorOf: ({ place }) => encodeCursor([place]),
      totalCount: this.rows.length,
    });
  }
}

const MOST_COLUMNS = 13;

function refuseColumns(name: string, count: number): void {
  if (count < 2 || count > MOST_COLUMNS) throw invalidInput(name, `must be 2 to ${MOST_COLUMNS}`);
}

const isOfPeriod = ({ account: { type } }: AccountBalance): boolean =>
  type === "INCOME" || type === "EXPENSE";

/** Reports on a fund in several columns, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class ComparativeResolver {
  @FieldResolver(() => ComparativeReportObject, {
    description: "Balance sheets of several days side by side, by the hierarchy of the chart.",
  })
  async comparativeBalanceSheet(
    @Root() { id: fundId }: FundObject,
    @Args(() => ComparedDaysArgs) { days, ...args }: ComparedDaysArgs,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    refuseColumns("days", days.length);
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId };
    const columns = await Promise.all(
      days.map(async (to): Promise<ComparedColumn> => {
        const all = await readFundBalances(context.stores, fund, { asOf: to, knownAt });
        return { to, balances: all.filter((each) => !isOfPeriod(each)) };
      }),
    );
    return this.#report(context, fund, { columns, knownAt, depth: args.depth });
  }

  @FieldResolver(() => ComparativeReportObject, {
    description:
      "Income statements of several periods side by side, by the hierarchy of the chart. Closings of years count in none.",
  })
  async comparativeIncomeStatement(
    @Root() { id: fundId }: FundObject,
    @Args(() => ComparedPeriodsArgs) { periods, ...args }: ComparedPeriodsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    refuseColumns("periods", periods.length);
    if (periods.some(({ from, to }) => from > to)) {
      throw invalidInput("periods", "must each begin before they end");
    }
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId };
    const columns = await Promise.all(
      periods.map(async ({ from, to }): Promise<ComparedColumn> => {
        const [until, since] = [
          { asOf: to, knownAt },
          { asOf: dayBefore(from), knownAt },
        ];
        const all = await readFundBalances(context.stores, fund, until, since);
        return { from, to, balances: all.filter(isOfPeriod) };
      }),
    );
    return this.#report(context, fund, { columns, knownAt, depth: args.depth });
  }

  async #report(
    { stores }: LedgerContext,
    fund: { readonly tenantId: string; readonly fundId: string },
    read: {
      readonly columns: readonly ComparedColumn[];
      readonly knownAt: number;
      readonly depth: number | null | undefined;
    },
  ): Promise<ComparativeReportObject> {
    const { columns, knownAt, depth } = read;
    const chart = await readFundChart(stores, fund);
    const balances = columns.map((column) => column.balances);
    const rows = compareColumns(chart, balances, depth ?? undefined);
    const { fundId } = fund;
    return Object.assign(new ComparativeReportObject(), { fundId, knownAt, rows, chart, columns });
  }
}

import type { AccountType } from "@allfunds/contract/events";
import { moneyToJson, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
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
import {
  ComparedDaysArgs,
  ComparedPeriodsArgs,
  refuseColumns,
  refusePeriods,
} from "./report-args.ts";

export const DEPTH = {
  nullable: true,
  description:
    "Levels of the chart to show, from 1; what lies deeper stays in the amounts above. All when absent.",
} as const;

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
  /** First day of a period; absent of a report of a day. */
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
  /** Of the reports of one share class. */
  classId?: string;
  chart!: readonly AccountObject[];
  columns!: readonly ComparedColumn[];
  has!: HasType;

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
          amounts: [...sums].map(([currency, minor]) => moneyToJson({ minor, currency })),
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

export type HasType = (type: AccountType) => boolean;

export const isOfPeriod: HasType = (type) => type === "INCOME" || type === "EXPENSE";

/** Reports on a fund in several columns, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class ComparativeResolver {
  @FieldResolver(() => ComparativeReportObject, {
    description: "Trial balances of several days side by side, by the hierarchy of the chart.",
  })
  comparativeTrialBalance(
    @Root() { id }: FundObject,
    @Args(() => ComparedDaysArgs) args: ComparedDaysArgs,
    @Arg("depth", () => Int, DEPTH) depth: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    return this.#ofDays(context, id, args, { depth, has: () => true });
  }

  @FieldResolver(() => ComparativeReportObject, {
    description: "Balance sheets of several days side by side, by the hierarchy of the chart.",
  })
  comparativeBalanceSheet(
    @Root() { id }: FundObject,
    @Args(() => ComparedDaysArgs) args: ComparedDaysArgs,
    @Arg("depth", () => Int, DEPTH) depth: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    return this.#ofDays(context, id, args, { depth, has: (type) => !isOfPeriod(type) });
  }

  @FieldResolver(() => ComparativeReportObject, {
    description:
      "Income statements of several periods side by side, by the hierarchy of the chart. Closings of years count in none.",
  })
  async comparativeIncomeStatement(
    @Root() { id: fundId }: FundObject,
    @Args(() => ComparedPeriodsArgs) { periods, ...args }: ComparedPeriodsArgs,
    @Arg("depth", () => Int, DEPTH) depth: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    refusePeriods(periods);
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId };
    const columns = await Promise.all(
      periods.map(async ({ from, to }): Promise<ComparedColumn> => {
        const [until, since] = [
          { asOf: to, knownAt },
          { asOf: dayBefore(from), knownAt },
        ];
        return { from, to, balances: await readFundBalances(context.stores, fund, until, since) };
      }),
    );
    return compare(context, fund, { columns, knownAt, depth, has: isOfPeriod });
  }

  async #ofDays(
    context: LedgerContext,
    fundId: string,
    { days, ...args }: ComparedDaysArgs,
    of: Pick<ComparedRead, "depth" | "has">,
  ): Promise<ComparativeReportObject> {
    refuseColumns("days", days.length);
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const fund = { tenantId: context.request.tenantId, fundId };
    const columns = await Promise.all(
      days.map(async (to): Promise<ComparedColumn> => {
        return {
          to,
          balances: await readFundBalances(context.stores, fund, { asOf: to, knownAt }),
        };
      }),
    );
    return compare(context, fund, { columns, knownAt, ...of });
  }
}

interface ComparedRead {
  readonly columns: readonly ComparedColumn[];
  readonly knownAt: number;
  readonly depth: number | null | undefined;
  /** The accounts that the report is of. */
  readonly has: HasType;
}

/** Columns that were read, side by side over the chart of their fund. */
export async function compare(
  { stores }: LedgerContext,
  fund: { readonly tenantId: string; readonly fundId: string; readonly classId?: string },
  { columns: read, knownAt, depth, has }: ComparedRead,
): Promise<ComparativeReportObject> {
  const columns = read.map(({ balances, ...days }) => ({
    ...days,
    balances: balances.filter(({ account: { type } }) => has(type)),
  }));
  const chart = await readFundChart(stores, fund);
  const balances = columns.map((column) => column.balances);
  const rows = compareColumns(chart, balances, depth ?? undefined);
  const { fundId, classId } = fund;
  const report = { fundId, knownAt, rows, chart, columns, has };
  const ofClass = classId === undefined ? {} : { classId };
  return Object.assign(new ComparativeReportObject(), report, ofClass);
}

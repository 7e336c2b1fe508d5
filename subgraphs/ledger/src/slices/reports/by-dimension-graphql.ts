import { invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { moneyToJson, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { CASH_FLOW_ACTIVITIES, type CashFlowActivity } from "../account-classes/account-class.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { LAST_DAY } from "../balances/point-in-time.ts";
import {
  EntryDimensionInput,
  toDimensionNames,
  toDimensions,
} from "../dimensions/dimension-object.ts";
import { isDimensionName } from "../dimensions/entry-dimensions.ts";
import {
  amountOf,
  chosenParts,
  inOrder,
  partsByValue,
  totalsByValue,
  type ValueLine,
} from "./by-dimension.ts";
import { readFlowsByValue, readValueSums, type ValueQuery } from "./by-dimension-sql.ts";
import { CashFlowStatementObject } from "./cash-flow-graphql.ts";
import { BalanceSheetObject, IncomeStatementObject, TrialBalanceObject } from "./report-objects.ts";

const toMoney = (minor: bigint, currency: string): MoneyJson => moneyToJson({ minor, currency });

@ObjectType("DimensionLine", {
  description: "What entries with one value of a dimension moved on an account.",
})
class DimensionLineObject {
  @Field(() => String, {
    nullable: true,
    description: "The value; null for entries that have none of the dimension.",
  })
  value!: string | null;

  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => MoneyObject, {
    description: "On the account's normal side; of a cash flow, positive came in.",
  })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Debits less credits where that is positive, else zero.",
  })
  debit!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Credits less debits where that is positive, else zero.",
  })
  credit!: MoneyJson;

  @Field(() => CASH_FLOW_ACTIVITIES, {
    nullable: true,
    description: "Of a cash flow: the part of the statement it belongs to.",
  })
  activity!: CashFlowActivity | null;

  place!: number;
}

const DimensionLineConnection = connectionType("DimensionLine", DimensionLineObject);

@ObjectType("DimensionTotal", { description: "All lines of one value, in one currency." })
class DimensionTotalObject {
  @Field(() => String, {
    nullable: true,
    description: "The value; null for entries that have none of the dimension.",
  })
  value!: string | null;

  @Field(() => MoneyObject, { description: "Sum of the lines' debits." })
  debit!: MoneyJson;

  @Field(() => MoneyObject, { description: "Sum of the lines' credits." })
  credit!: MoneyJson;

  @Field(() => MoneyObject, {
    description:
      "Credits less debits: of an income statement the result, of a cash flow what came in.",
  })
  net!: MoneyJson;
}

@ObjectType("DimensionReport", {
  description:
    "A report by the values of a dimension. All its lines of an account add up to the account's line in the report, unless only a part was chosen.",
})
class DimensionReportObject {
  @Field(() => String, { description: "Name of the dimension." })
  dimension!: string;

  parts!: readonly ValueLine[];

  @Field(() => [DimensionTotalObject], {
    description: "By value and currency, those without a value last.",
  })
  totals(): DimensionTotalObject[] {
    return totalsByValue(this.parts).map(({ value, currency, debitMinor, creditMinor }) => ({
      value,
      debit: toMoney(debitMinor, currency),
      credit: toMoney(creditMinor, currency),
      net: toMoney(creditMinor - debitMinor, currency),
    }));
  }

  @Field(() => DimensionLineConnection, {
    description: "By value, those without one last, and by the code of the account.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<DimensionLineObject> {
    const page = toPage(args);
    const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [-1];
    const from = Number(last) + 1;
    const rows = this.parts.slice(from, from + page.first + 1).map((line, index) => {
      const { value, account, debitMinor, activity } = line;
      const { currency } = account;
      return {
        value,
        account,
        amount: toMoney(amountOf(line), currency),
        debit: toMoney(debitMinor > 0n ? debitMinor : 0n, currency),
        credit: toMoney(debitMinor < 0n ? -debitMinor : 0n, currency),
        activity,
        place: from + index,
      };
    });
    return toConnection(rows, {
      ...page,
      cursorOf: ({ place }) => encodeCursor([place]),
      totalCount: this.parts.length,
    });
  }
}

@ArgsType()
export class ByDimensionArgs {
  @Field(() => String, { description: "Name of the dimension, such as `costCentre`." })
  dimension!: string;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Only entries that have all of these values of other dimensions.",
  })
  within?: EntryDimensionInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Only entries that have no value of any of these dimensions: what lacks in all reports `within` one of its values.",
  })
  without?: string[] | null;
}

/** A report whose lines are balances of accounts. */
interface BalanceReport {
  readonly fundId: string;
  readonly classId?: string;
  readonly knownAt: number;
  readonly balances: TrialBalanceObject["balances"];
  readonly chart: readonly AccountObject[];
}

const isResult = (type: AccountType): boolean => type === "INCOME" || type === "EXPENSE";

export function toQuery(
  { dimension, within: given, without: lacking }: ByDimensionArgs,
  knownAt: number,
  days: Pick<ValueQuery, "from" | "to">,
): ValueQuery {
  if (!isDimensionName(dimension)) throw invalidInput("dimension", "is not the name of one");
  const within = toDimensions(given);
  const without = toDimensionNames("without", lacking);
  if (without.some((name) => Object.hasOwn(within ?? {}, name))) {
    throw invalidInput("without", "has a dimension of `within`");
  }
  return { dimension, within, without, knownAt, ...days };
}

/** The parts of the balances of some accounts by the values of a dimension. */
export async function valueParts(
  { request: { tenantId }, stores }: LedgerContext,
  report: Pick<BalanceReport, "fundId" | "balances" | "chart">,
  query: ValueQuery,
  has: (type: AccountType) => boolean = () => true,
): Promise<ValueLine[]> {
  const sums = await readValueSums(stores.pool, { tenantId, fundId: report.fundId }, query);
  const accounts = report.chart.filter(({ type }) => has(type));
  const whole = new Map(report.balances.map(({ account: { id }, debitMinor }) => [id, debitMinor]));
  return query.within === undefined
    ? partsByValue(accounts, whole, sums)
    : chosenParts(accounts, sums);
}

/** Entries are of a fund; its classes have parts of amounts. */
export function refuseOfClass(classId: string | undefined): void {
  if (classId === undefined) return;
  throw invalidInput("dimension", "is for reports of a fund: its entries are not of one class");
}

async function byDimension(
  context: LedgerContext,
  report: BalanceReport,
  query: ValueQuery,
  has?: (type: AccountType) => boolean,
): Promise<DimensionReportObject> {
  refuseOfClass(report.classId);
  const parts = await valueParts(context, report, query, has);
  return Object.assign(new DimensionReportObject(), { dimension: query.dimension, parts });
}

const DESCRIPTION =
  "The same by the values of a dimension: each account once for each value that its entries have, and once for the rest.";

@Resolver(() => TrialBalanceObject)
export class TrialBalanceByDimensionResolver {
  @FieldResolver(() => DimensionReportObject, { description: DESCRIPTION })
  byDimension(
    @Root() report: TrialBalanceObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<DimensionReportObject> {
    const query = toQuery(args, report.knownAt, { to: report.asOf ?? LAST_DAY });
    return byDimension(context, report, query);
  }
}

@Resolver(() => BalanceSheetObject)
export class BalanceSheetByDimensionResolver {
  @FieldResolver(() => DimensionReportObject, { description: DESCRIPTION })
  byDimension(
    @Root() report: BalanceSheetObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<DimensionReportObject> {
    const query = toQuery(args, report.knownAt, { to: report.asOf ?? LAST_DAY });
    return byDimension(context, report, query, (type) => !isResult(type));
  }
}

@Resolver(() => IncomeStatementObject)
export class IncomeStatementByDimensionResolver {
  @FieldResolver(() => DimensionReportObject, { description: DESCRIPTION })
  byDimension(
    @Root() report: IncomeStatementObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<DimensionReportObject> {
    const { from, to, knownAt } = report;
    return byDimension(context, report, toQuery(args, knownAt, { from, to }), isResult);
  }
}

@Resolver(() => CashFlowStatementObject)
export class CashFlowByDimensionResolver {
  @FieldResolver(() => DimensionReportObject, { description: DESCRIPTION })
  async byDimension(
    @Root() report: CashFlowStatementObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<DimensionReportObject> {
    const parts = await flowParts(context, report, args);
    return Object.assign(new DimensionReportObject(), { dimension: args.dimension, parts });
  }
}

/** The parts of a cash-flow statement by the values of a dimension. */
export async function flowParts(
  { request: { tenantId }, stores }: LedgerContext,
  report: CashFlowStatementObject,
  args: ByDimensionArgs,
): Promise<ValueLine[]> {
  const { from, to, knownAt, fundId, chart, method } = report;
  const query = toQuery(args, knownAt, { from, to });
  const fund = { tenantId, fundId };
  const cash = chart.filter(({ countsAsCash }) => countsAsCash).map(({ id }) => id);
  const others = chart.filter(({ countsAsCash }) => !countsAsCash);
  const sums =
    method === "DIRECT"
      ? await readFlowsByValue(stores.pool, fund, cash, query)
      : await readValueSums(stores.pool, fund, query);
  const whole = new Map(report.lineItems.map(({ account, minor }) => [account.id, -minor]));
  const parts =
    query.within === undefined ? partsByValue(others, whole, sums) : chosenParts(others, sums);
  return inOrder(parts.map((line) => ({ ...line, activity: report.activityOf(line.account) })));
}

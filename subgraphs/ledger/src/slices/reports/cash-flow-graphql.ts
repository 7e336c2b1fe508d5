import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  DateScalar,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  SafeIntScalar,
  connectionType,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { CASH_FLOW_ACTIVITIES, usualClassification } from "../account-classes/account-class.ts";
import type { CashFlowActivity } from "../account-classes/account-class.ts";
import { readChosenClasses } from "../account-classes/account-class-sql.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { dayBefore, settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { cashFlowTotals, indirectLines, untied, type CashFlowLine } from "./cash-flow.ts";
import { readDirectFlows } from "./cash-flow-sql.ts";
import { readFundBalances, readFundChart } from "./read-fund-balances.ts";
import { PeriodArgs } from "./report-args.ts";

export const CASH_FLOW_METHODS = { DIRECT: "DIRECT", INDIRECT: "INDIRECT" } as const;
export type CashFlowMethod = keyof typeof CASH_FLOW_METHODS;
registerEnumType(CASH_FLOW_METHODS, {
  name: "CashFlowMethod",
  description:
    "DIRECT: what came into cash, from the accounts on the other side of its transactions. INDIRECT: the result, and what moved on accounts that are not cash.",
});

export const CASH_FLOW_METHOD = {
  defaultValue: "DIRECT",
  description: "DIRECT or INDIRECT.",
} as const;

const moneyOf = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

@ObjectType("CashFlowLine", { description: "What one account brought to the cash of a fund." })
class CashFlowLineObject {
  @Field(() => AccountObject, { description: "The account, which is not cash itself." })
  account!: AccountObject;

  @Field(() => CASH_FLOW_ACTIVITIES, { description: "The part of the statement it belongs to." })
  activity!: CashFlowActivity;

  @Field(() => MoneyObject, { description: "Positive came in, negative went out." })
  amount!: MoneyJson;
}

const CashFlowLineConnection = connectionType("CashFlowLine", CashFlowLineObject);

@ObjectType("CashFlowTotal", {
  description: "Cash in one currency: opening + operating + investing + financing = closing.",
})
class CashFlowTotalObject {
  @Field(() => String, { description: "ISO 4217, or an asset with its decimals." })
  currency!: string;

  @Field(() => MoneyObject, { description: "Cash before the first day." })
  opening!: MoneyJson;

  @Field(() => MoneyObject, { description: "Cash flow from operating activities." })
  operating!: MoneyJson;

  @Field(() => MoneyObject, { description: "Cash flow from investing activities." })
  investing!: MoneyJson;

  @Field(() => MoneyObject, { description: "Cash flow from financing activities." })
  financing!: MoneyJson;

  @Field(() => MoneyObject, { description: "Cash on the last day." })
  closing!: MoneyJson;
}

@ObjectType("CashFlowStatement", {
  description: "Where the cash of a fund came from and went, between two days.",
})
export class CashFlowStatementObject {
  @Field(() => CASH_FLOW_METHODS, { description: "How it was made." })
  method!: CashFlowMethod;

  @Field(() => DateScalar, { description: "First value date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date." })
  to!: string;

  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  @Field(() => [CashFlowTotalObject], { description: "The sums, per currency." })
  totals!: CashFlowTotalObject[];

  lineItems!: readonly CashFlowLine[];
  fundId!: string;
  chart!: readonly AccountObject[];
  activityOf!: (account: AccountObject) => CashFlowActivity;

  @Field(() => CashFlowLineConnection, { description: "The accounts, by code." })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<CashFlowLineObject> {
    const page = toPage(args);
    const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [""];
    const rest = this.lineItems.filter(({ account }) => account.code > String(last));
    const rows = rest.slice(0, page.first + 1).map(({ account, activity, minor }) => ({
      account,
      activity,
      amount: moneyOf(minor, account.currency),
    }));
    return toConnection(rows, {
      ...page,
      cursorOf: ({ account }) => encodeCursor([account.code]),
      totalCount: this.lineItems.length,
    });
  }
}

/** The cash-flow statement of a fund, which belongs to this slice though it hangs on the fund. */
@Resolver(() => FundObject)
export class CashFlowResolver {
  @FieldResolver(() => CashFlowStatementObject, {
    description:
      "Where cash came from and went between two days, both included. What each account brings adds up to the change of cash in each currency.",
  })
  async cashFlowStatement(
    @Root() { id }: FundObject,
    @Args(() => PeriodArgs) { from, to, ...args }: PeriodArgs,
    @Arg("method", () => CASH_FLOW_METHODS, CASH_FLOW_METHOD)
    method: CashFlowMethod,
    @Ctx() context: LedgerContext,
  ): Promise<CashFlowStatementObject> {
    if (from > to) throw invalidInput("from", "must not lie after `to`");
    const knownAt = await settleKnownAt(context, id, args.knownAt);
    return cashFlowOf(context, id, method, { from, to, knownAt });
  }
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly knownAt: number;
}

/** A statement whose activities add up to the change of cash; refused where they do not. */
export async function cashFlowOf(
  context: LedgerContext,
  fundId: string,
  method: CashFlowMethod,
  range: Range,
): Promise<CashFlowStatementObject> {
  const { totals, ...read } = await readCashFlow(context, fundId, method, range);
  const lacking = untied(totals);
  if (lacking.length > 0) {
    const what = `cash flows in ${lacking.join(", ")} are not what its cash moved`;
    context.stores.reportCorrupt({ tenantId: context.request.tenantId, bookId: fundId }, what);
    throw new AppError("BOOK_CORRUPT", `The books of this fund do not agree: ${what}.`);
  }
  return Object.assign(new CashFlowStatementObject(), {
    method,
    ...range,
    ...read,
    fundId,
    totals: totals.map(({ currency, openingMinor, closingMinor, byActivity }) => ({
      currency,
      opening: moneyOf(openingMinor, currency),
      operating: moneyOf(byActivity.OPERATING, currency),
      investing: moneyOf(byActivity.INVESTING, currency),
      financing: moneyOf(byActivity.FINANCING, currency),
      closing: moneyOf(closingMinor, currency),
    })),
  });
}

async function readCashFlow(
  { request: { tenantId }, stores }: LedgerContext,
  fundId: string,
  method: CashFlowMethod,
  { from, to, knownAt }: Range,
) {
  const fund = { tenantId, fundId };
  const since = { asOf: dayBefore(from), knownAt };
  const [chart, opening, movements] = await Promise.all([
    readFundChart(stores, fund),
    readFundBalances(stores, fund, since),
    readFundBalances(stores, fund, { asOf: to, knownAt }, since),
  ]);
  const ids = chart.map(({ id }) => id);
  const chosen = await readChosenClasses(stores.pool, tenantId, ids);
  const activityOf = ({ id, type }: AccountObject): CashFlowActivity =>
    (chosen.get(id) ?? usualClassification(type)).cashFlow;
  const cash = chart.filter(({ countsAsCash }) => countsAsCash).map(({ id }) => id);
  const flows =
    method === "DIRECT"
      ? await readDirectFlows(stores.pool, fund, cash, { from, to, knownAt })
      : new Map<string, bigint>();
  const lineItems =
    method === "INDIRECT"
      ? indirectLines(movements, activityOf)
      : chart.flatMap((account) => {
          const minor = flows.get(account.id);
          return minor === undefined ? [] : [{ account, activity: activityOf(account), minor }];
        });
  const totals = cashFlowTotals(lineItems, opening, movements);
  return { lineItems, totals, chart, activityOf };
}

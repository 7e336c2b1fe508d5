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
import { Arg, Args, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { CASH_FLOW_ACTIVITIES, type CashFlowActivity } from "../account-classes/account-class.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import {
  CASH_FLOW_METHOD,
  CASH_FLOW_METHODS,
  CashFlowStatementObject,
  cashFlowOf,
  type CashFlowMethod,
} from "./cash-flow-graphql.ts";
import { compareFlows, type ComparedFlow } from "./cash-flow.ts";
import { ComparedPeriodsArgs, refusePeriods } from "./report-args.ts";

@ObjectType("ComparativeCashFlowLine", {
  description: "What one account brought to the cash of a fund in every column.",
})
class ComparativeCashFlowLineObject {
  @Field(() => AccountObject, { description: "The account, which is not cash itself." })
  account!: AccountObject;

  @Field(() => CASH_FLOW_ACTIVITIES, { description: "The part of the statement it belongs to." })
  activity!: CashFlowActivity;

  @Field(() => [MoneyObject], {
    description: "Positive came in, negative went out; as many as there are columns, in order.",
  })
  amounts!: MoneyJson[];
}

const LineConnection = connectionType("ComparativeCashFlowLine", ComparativeCashFlowLineObject);

@ObjectType("ComparativeCashFlow", { description: "Cash-flow statements of several periods." })
export class ComparativeCashFlowObject {
  @Field(() => CASH_FLOW_METHODS, { description: "How they were made." })
  method!: CashFlowMethod;

  @Field(() => SafeIntScalar, { description: "Position up to which the book was read." })
  knownAt!: number;

  @Field(() => [CashFlowStatementObject], {
    description: "The statement of each period with its totals, in the order of the request.",
  })
  columns!: CashFlowStatementObject[];

  rows!: readonly ComparedFlow[];

  @Field(() => LineConnection, {
    description: "The accounts that brought something in one of the columns, by code.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ComparativeCashFlowLineObject> {
    const page = toPage(args);
    const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [""];
    const rest = this.rows.filter(({ account }) => account.code > String(last));
    const shown = rest.slice(0, page.first + 1).map(({ amounts, ...line }) => ({
      ...line,
      amounts: amounts.map((minor) => moneyToJson({ minor, currency: line.account.currency })),
    }));
    return toConnection(shown, {
      ...page,
      cursorOf: ({ account }) => encodeCursor([account.code]),
      totalCount: this.rows.length,
    });
  }
}

/** Cash-flow statements of a fund in several columns, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class ComparativeCashFlowResolver {
  @FieldResolver(() => ComparativeCashFlowObject, {
    description:
      "Cash-flow statements of several periods side by side. In each column, what the accounts bring adds up to the change of cash in each currency.",
  })
  async comparativeCashFlowStatement(
    @Root() { id }: FundObject,
    @Args(() => ComparedPeriodsArgs) { periods, ...args }: ComparedPeriodsArgs,
    @Arg("method", () => CASH_FLOW_METHODS, CASH_FLOW_METHOD)
    method: CashFlowMethod,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeCashFlowObject> {
    refusePeriods(periods);
    const knownAt = await settleKnownAt(context, id, args.knownAt);
    const columns = await Promise.all(
      periods.map(({ from, to }) => cashFlowOf(context, id, method, { from, to, knownAt })),
    );
    const rows = compareFlows(columns.map(({ lineItems }) => lineItems));
    return Object.assign(new ComparativeCashFlowObject(), { method, knownAt, columns, rows });
  }
}

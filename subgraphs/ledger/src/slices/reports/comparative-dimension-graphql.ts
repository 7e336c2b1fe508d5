import { moneyToJson, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Args, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { CASH_FLOW_ACTIVITIES, type CashFlowActivity } from "../account-classes/account-class.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { compareValues, type ComparedValue, type ValueLine } from "./by-dimension.ts";
import {
  ByDimensionArgs,
  flowParts,
  refuseOfClass,
  toQuery,
  valueParts,
} from "./by-dimension-graphql.ts";
import { ComparativeCashFlowObject } from "./comparative-cash-flow-graphql.ts";
import { ComparativeReportObject } from "./comparative-graphql.ts";

@ObjectType("ComparativeDimensionLine", {
  description: "What entries with one value of a dimension have on an account in every column.",
})
class ComparativeDimensionLineObject {
  @Field(() => String, {
    nullable: true,
    description: "The value; null for entries that have none of the dimension.",
  })
  value!: string | null;

  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => [MoneyObject], {
    description:
      "On the account's normal side, of a cash flow positive came in; as many as there are columns, in order.",
  })
  amounts!: MoneyJson[];

  @Field(() => CASH_FLOW_ACTIVITIES, {
    nullable: true,
    description: "Of a cash flow: the part of the statement it belongs to.",
  })
  activity!: CashFlowActivity | null;

  place!: number;
}

const LineConnection = connectionType("ComparativeDimensionLine", ComparativeDimensionLineObject);

@ObjectType("ComparativeDimensionReport", {
  description: "A comparative report by the values of a dimension.",
})
class ComparativeDimensionReportObject {
  @Field(() => String, { description: "Name of the dimension." })
  dimension!: string;

  rows!: readonly ComparedValue[];

  @Field(() => LineConnection, {
    description: "By value, those without one last, and by the code of the account.",
  })
  lines(@Args(() => PageArgs) args: PageArgs): Connection<ComparativeDimensionLineObject> {
    const page = toPage(args);
    const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [-1];
    const from = Number(last) + 1;
    const shown = this.rows
      .slice(from, from + page.first + 1)
      .map(({ amounts, ...line }, index) => ({
        ...line,
        amounts: amounts.map((minor) => moneyToJson({ minor, currency: line.account.currency })),
        place: from + index,
      }));
    return toConnection(shown, {
      ...page,
      cursorOf: ({ place }) => encodeCursor([place]),
      totalCount: this.rows.length,
    });
  }
}

const toReport = (
  dimension: string,
  parts: readonly (readonly ValueLine[])[],
): ComparativeDimensionReportObject =>
  Object.assign(new ComparativeDimensionReportObject(), { dimension, rows: compareValues(parts) });

const DESCRIPTION =
  "The same by the values of a dimension, account by account: each once for each value that its entries have in one of the columns, and once for the rest.";

@Resolver(() => ComparativeReportObject)
export class ComparativeByDimensionResolver {
  @FieldResolver(() => ComparativeDimensionReportObject, { description: DESCRIPTION })
  async byDimension(
    @Root() { fundId, classId, knownAt, chart, columns, has }: ComparativeReportObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeDimensionReportObject> {
    refuseOfClass(classId);
    const parts = await Promise.all(
      columns.map(({ balances, ...days }) =>
        valueParts(context, { fundId, balances, chart }, toQuery(args, knownAt, days), has),
      ),
    );
    return toReport(args.dimension, parts);
  }
}

@Resolver(() => ComparativeCashFlowObject)
export class ComparativeFlowsByDimensionResolver {
  @FieldResolver(() => ComparativeDimensionReportObject, { description: DESCRIPTION })
  async byDimension(
    @Root() { columns }: ComparativeCashFlowObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeDimensionReportObject> {
    const parts = await Promise.all(columns.map((column) => flowParts(context, column, args)));
    return toReport(args.dimension, parts);
  }
}

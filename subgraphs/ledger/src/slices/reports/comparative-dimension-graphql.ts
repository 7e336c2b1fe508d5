import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
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
import { AccountObject } from "../accounts/account-object.ts";
import { compareValues, type ComparedValue } from "./by-dimension.ts";
import { ByDimensionArgs, toQuery, valueParts } from "./by-dimension-graphql.ts";
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
    description: "On the account's normal side, as many as there are columns, in order.",
  })
  amounts!: MoneyJson[];

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
      .map(({ value, account, amounts }, index) => ({
        value,
        account,
        amounts: amounts.map((minor) => ({
          amount: formatAmount(minor, account.currency),
          currency: account.currency,
        })),
        place: from + index,
      }));
    return toConnection(shown, {
      ...page,
      cursorOf: ({ place }) => encodeCursor([place]),
      totalCount: this.rows.length,
    });
  }
}

@Resolver(() => ComparativeReportObject)
export class ComparativeByDimensionResolver {
  @FieldResolver(() => ComparativeDimensionReportObject, {
    description:
      "The same by the values of a dimension, account by account: each once for each value that its entries have in one of the columns, and once for the rest.",
  })
  async byDimension(
    @Root() report: ComparativeReportObject,
    @Args(() => ByDimensionArgs) args: ByDimensionArgs,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeDimensionReportObject> {
    const { fundId, knownAt, chart, columns } = report;
    const parts = await Promise.all(
      columns.map(({ balances, ...days }) => {
        const query = toQuery(args, knownAt, days);
        const isOfPeriod = "from" in days;
        return valueParts(
          context,
          { fundId, balances, chart },
          query,
          (type) => isOfPeriod === (type === "INCOME" || type === "EXPENSE"),
        );
      }),
    );
    return Object.assign(new ComparativeDimensionReportObject(), {
      dimension: args.dimension,
      rows: compareValues(parts),
    });
  }
}

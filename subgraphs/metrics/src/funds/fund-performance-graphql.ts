import { fundNotFound } from "@allfunds/contract/feed";
import { grantsOf } from "@allfunds/platform/tenancy";
import { Field, ID, ObjectType } from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import {
  PerformanceObject,
  performanceResolver,
  subjectPerformanceResolver,
} from "../performance/performance-graphql.ts";
import { readerCurrency } from "../prices/conversion-graphql.ts";
import { readFundMovements } from "./fund-movements-sql.ts";

@ObjectType("FundPerformance", {
  description:
    "Return and risk of a fund, revalued every day at the rates of that day. Capital that comes in counts at the start of its day, capital that goes out at the end.",
})
class FundPerformanceObject extends PerformanceObject {
  @Field(() => ID, { description: "UUID of the fund." })
  fundId!: string;
}

/** The fields of a fund's performance. */
export const FundPerformanceValuesResolver = performanceResolver(FundPerformanceObject);

/** The performance of a fund, and its rolling figures. */
export const FundPerformanceResolver = subjectPerformanceResolver({
  subject: "FUND",
  entity: FundEntity,
  type: FundPerformanceObject,
  idField: "fundId",
  requires: '@requires(fields: "position")',
  cost: 800,
  description:
    "Time- and money-weighted return and the figures of risk, from the first entry to today by default, over ten years at most. In a reader's currency, each day is converted by the newest rate of the seven days up to it: that of the books, else that of currency pairs.",
  rollingDescription:
    "A figure of a window that moves over the value of one unit, by day, oldest first; over ten years at most.",
  read: async (fund, range, { request, awaitBook, reads }, currency) => {
    await awaitBook(fund);
    const granted = reads.seeing(grantsOf(request));
    const reader = readerCurrency(currency);
    const all = await readFundMovements(granted, request.tenantId, [fund.id], range, reader);
    const movements = all.get(fund.id);
    if (movements === undefined) throw fundNotFound();
    return movements;
  },
});

import { DateScalar } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { MONTH_END_CHECKS, readMonthEnd, type MonthEndCheck } from "./month-end.ts";

registerEnumType(MONTH_END_CHECKS, {
  name: "MonthEndCheckKind",
  description: "What a month waits for.",
  valuesConfig: {
    STATEMENT_LINES: { description: "Possible duplicates of statements that are not decided." },
    WAITING_PROPOSALS: { description: "Postings that wait for an approver." },
    OPEN_HOLDS: { description: "Holds that still reserve money." },
    SUSPENSE_BALANCES: {
      description: "Accounts of the class SUSPENSE with a balance on the last day.",
    },
    OPEN_DAYS: { description: "Days of the month that are not closed." },
  },
});

@ObjectType("MonthEndCheck", {
  description: "One thing that a month waits for, and how much of it.",
})
class MonthEndCheckObject {
  @Field(() => MONTH_END_CHECKS, { description: "What it is." })
  kind!: MonthEndCheck;

  @Field(() => Int, { description: "How many are open; zero when it is done." })
  open!: number;
}

@ObjectType("MonthEnd", { description: "What is still open before a month is done." })
class MonthEndObject {
  @Field(() => DateScalar, { description: "The last day." })
  day!: string;

  @Field(() => [MonthEndCheckObject], {
    description: "Every check, in the order in which they are usually done.",
  })
  checks!: MonthEndCheckObject[];

  @Field(() => Boolean, { description: "True when nothing is open." })
  isDone!: boolean;
}

/** The month-end checklist of a fund, which belongs to this slice though it hangs on the fund. */
@Resolver(() => FundObject)
export class MonthEndResolver {
  @FieldResolver(() => MonthEndObject, {
    description:
      "What is open before the month of a day is done, from the facts of the book. BOOK_CORRUPT when its trial balance differs.",
  })
  async monthEnd(
    @Root() { id }: FundObject,
    @Arg("day", () => DateScalar, { description: "The last day of the month." }) day: string,
    @Ctx() context: LedgerContext,
  ): Promise<MonthEndObject> {
    const { request, stores } = context;
    const knownAt = await settleKnownAt(context, id, null);
    const fund = { tenantId: request.tenantId, fundId: id };
    const open = await readMonthEnd(stores, fund, { day, now: request.now, knownAt });
    const checks = (Object.keys(MONTH_END_CHECKS) as MonthEndCheck[]).map((kind) => ({
      kind,
      open: open[kind],
    }));
    return { day, checks, isDone: checks.every((check) => check.open === 0) };
  }
}

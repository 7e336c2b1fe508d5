import { seesFund } from "@allfunds/platform/auth";
import { isId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import { Field, ID, ObjectType } from "type-graphql";
import { AccountEntity } from "../books/entities.ts";
import { accountNotFound } from "../books/followed-books.ts";
import {
  PerformanceObject,
  performanceResolver,
  subjectPerformanceResolver,
} from "../performance/performance-graphql.ts";
import { readerCurrency } from "../prices/conversion-graphql.ts";
import { readAccountMovements } from "./account-movements-sql.ts";

@ObjectType("AccountPerformance", {
  description:
    "Return and risk of an account of assets, or the cost of one of liabilities, revalued every day. What moved it counts as flow, except the income and expenses that belong to it.",
})
class AccountPerformanceObject extends PerformanceObject {
  @Field(() => ID, { description: "UUID of the account." })
  accountId!: string;
}

/** The fields of an account's performance. */
export const AccountPerformanceValuesResolver = performanceResolver(AccountPerformanceObject);

/** The performance of an account, and its rolling figures. */
export const AccountPerformanceResolver = subjectPerformanceResolver({
  subject: "ACCOUNT",
  entity: AccountEntity,
  type: AccountPerformanceObject,
  idField: "accountId",
  requires: '@requires(fields: "fund { id position }")',
  cost: 800,
  description:
    "Time- and money-weighted return and the figures of risk of an account of assets or liabilities, from the first entry to today by default, over ten years at most. In a reader's currency, each day is converted by the newest rate of the seven days up to it: that of the books, else that of currency pairs. INSUFFICIENT_DATA for an account of equity, income or expenses.",
  rollingDescription:
    "A figure of a window that moves over the value of one unit of the account, by day, oldest first; over ten years at most.",
  read: async (account, range, { request, awaitBook, reads }, currency) => {
    await awaitBook(account.fund);
    const granted = reads.seeing(grantsOf(request));
    const reader = readerCurrency(currency);
    const movements = isId(account.id)
      ? await readAccountMovements(granted, request.tenantId, account.id, range, reader)
      : undefined;
    // The book the account is in decides, whatever book the request names.
    if (movements === undefined || !seesFund(request, movements.fundId)) throw accountNotFound();
    return movements;
  },
});

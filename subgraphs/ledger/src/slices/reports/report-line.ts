import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  decodeCursor,
  encodeCursor,
  MoneyObject,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import { AccountObject } from "../accounts/account-object.ts";
import { toPage, type PageArgs } from "../../graph/page-args.ts";
import type { AccountBalance } from "./read-fund-balances.ts";

export const moneyOf = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

@ObjectType("ReportLine", { description: "One account in a report." })
export class ReportLineObject {
  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => MoneyObject, { description: "Its amount, on its normal side." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Debits less credits where that is positive, else zero.",
  })
  debit!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Credits less debits where that is positive, else zero.",
  })
  credit!: MoneyJson;
}

export const ReportLineConnection = connectionType("ReportLine", ReportLineObject);

/** A page of a report's accounts, by code. */
export function linePage(
  balances: readonly AccountBalance[],
  args: PageArgs,
): Connection<ReportLineObject> {
  const page = toPage(args);
  const [last] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [""];
  const rest = balances.filter(({ account }) => account.code > String(last));
  return toConnection(rest.slice(0, page.first + 1).map(toLine), {
    ...page,
    cursorOf: ({ account }) => encodeCursor([account.code]),
    totalCount: balances.length,
  });
}

const toLine = ({ account, debitMinor, normalMinor }: AccountBalance): ReportLineObject => ({
  account,
  amount: moneyOf(normalMinor, account.currency),
  debit: moneyOf(debitMinor > 0n ? debitMinor : 0n, account.currency),
  credit: moneyOf(debitMinor < 0n ? -debitMinor : 0n, account.currency),
});

import type { MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import type { AccountObject } from "../accounts/account-object.ts";
import { EntryObject } from "../entries/entry-object.ts";
import type { LinePlace } from "./account-statement-sql.ts";

@ObjectType("AccountStatementLine", { description: "An entry in a statement of account." })
export class AccountStatementLineObject {
  @Field(() => DateScalar, { description: "Value date." })
  effectiveDate!: string;

  @Field(() => EntryObject, { description: "The entry." })
  entry!: EntryObject;

  @Field(() => MoneyObject, {
    description: "Balance after it, by value date, on the account's normal side.",
  })
  balance!: MoneyJson;

  place!: LinePlace;
}

export const AccountStatementLineConnection = connectionType(
  "AccountStatementLine",
  AccountStatementLineObject,
);

@ObjectType("AccountStatement", {
  description: "The entries of an account in the order of their value dates.",
})
export class AccountStatementObject {
  @Field(() => DateScalar, { nullable: true, description: "First value date; none when null." })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last value date; none when null." })
  to!: string | null;

  @Field(() => SafeIntScalar, {
    description: "Position up to which the book was read; pass as `knownAt` to see the same again.",
  })
  knownAt!: number;

  @Field(() => MoneyObject, { description: "Balance before the first value date." })
  openingBalance!: MoneyJson;

  @Field(() => MoneyObject, { description: "Balance after the last value date." })
  closingBalance!: MoneyJson;

  account!: AccountObject;
  openingDebitMinor!: bigint;
}

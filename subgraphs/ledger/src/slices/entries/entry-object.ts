import type { EntrySide } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, MoneyObject } from "@allfunds/platform/graphql/types";
import { Field, ID, ObjectType } from "type-graphql";
import { EntrySideEnum } from "../accounts/account-object.ts";
import { EntryDimensionObject, toDimensionList } from "../dimensions/dimension-object.ts";
import type { TransactionObject } from "../transactions/transaction-object.ts";

@RequiresScopes("ledger:read")
@ObjectType("Entry", { description: "One leg of a transaction on one account." })
export class EntryObject {
  @Field(() => ID, { description: "The transaction's id and the leg, counted from 1." })
  id!: string;

  @Field(() => EntrySideEnum, { description: "Side of the account it stands on." })
  side!: EntrySide;

  @Field(() => MoneyObject, { description: "Amount in the account's currency, always positive." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Balance of the account right after this entry was recorded, on its normal side.",
  })
  balanceAfter!: MoneyJson;

  @Field(() => [EntryDimensionObject], {
    description: "Its values of dimensions, such as a cost centre; by name.",
  })
  dimensions!: EntryDimensionObject[];

  accountId!: string;
  transactionId!: string;
  /** Place in its list, when it was read from one. */
  place!: readonly [bookId: string, position: number, leg: number];
}

export const EntryConnection = connectionType("Entry", EntryObject);

export const toEntryObjects = (transaction: TransactionObject): EntryObject[] =>
  transaction.postedEntries.map((entry, leg) => {
    const { accountId, side, amount, currency, balanceAfter, dimensions } = entry;
    return Object.assign(new EntryObject(), {
      id: entryId(transaction.id, leg),
      side,
      amount: { amount, currency },
      balanceAfter: { amount: balanceAfter, currency },
      dimensions: toDimensionList(dimensions),
      accountId,
      transactionId: transaction.id,
      place: [transaction.fundId, transaction.position, leg],
    });
  });

export const entryId = (transactionId: string, leg: number): string =>
  `${transactionId}:${leg + 1}`;

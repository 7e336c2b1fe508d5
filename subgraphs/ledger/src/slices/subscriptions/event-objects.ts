import type { MoneyJson } from "@allfunds/contract/money";
import {
  CursorScalar,
  DateTimeScalar,
  JsonScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { AccountObject } from "../accounts/account-object.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";

@ObjectType("LedgerEvent", { description: "One committed fact of a fund's book." })
export class LedgerEventObject {
  @Field(() => CursorScalar, {
    description: "Its place in the feed; pass as `after` to go on behind it.",
  })
  cursor!: string;

  @Field(() => ID, { description: "Whose fund it is." })
  tenantId!: string;

  @Field(() => ID, { description: "The fund in whose book it stands." })
  fundId!: string;

  @Field(() => SafeIntScalar, { description: "Position in the book: 1, 2, 3 … without a gap." })
  position!: number;

  @Field(() => String, {
    description:
      "What happened, such as FundOpened, AccountOpened, TransactionPosted, HoldPlaced or PeriodClosed.",
  })
  type!: string;

  @Field(() => DateTimeScalar, { description: "When the ledger recorded it." })
  recordedAt!: string;

  @Field(() => JsonScalar, { description: "The facts; amounts are decimal strings." })
  payload!: object;
}

/** The newest position of a book in a batch; the tenant's own book has no fund. */
export type BookMove = readonly [tenantId: string, fundId: string | null, position: number];

@ObjectType("LedgerEventBatch", { description: "Events in feed order." })
export class LedgerEventBatchObject {
  @Field(() => [LedgerEventObject], {
    description:
      "At most 500; empty when a filter left none of a page, and in the batch that confirms a cursor.",
  })
  events!: readonly LedgerEventObject[];

  // For who follows the ledger itself, not through the gateway: to resolve every field of hundreds of
  // events, for each follower anew, costs more than all the rest of handing them out.
  @Directive("@inaccessible")
  @Field(() => JsonScalar, {
    description:
      "The same events as one JSON value, for the services that take them whole; without their cursors.",
  })
  whole!: readonly Omit<LedgerEventObject, "cursor">[];

  // For who keeps answers until a book moves on, as the gateway does.
  @Directive("@inaccessible")
  @Field(() => JsonScalar, {
    description:
      "The books of the events, each once with its newest position: [tenantId, fundId, position]; fundId is null for a tenant's own book.",
  })
  moves!: readonly BookMove[];

  @Field(() => CursorScalar, {
    description: "Everything up to here was delivered; pass as `after` to go on.",
  })
  cursor!: string;
}

@ObjectType("BalanceChange", { description: "A balance that a transaction moved." })
export class BalanceChangeObject {
  @Field(() => AccountObject, { description: "The account as it is now." })
  account!: AccountObject;

  @Field(() => MoneyObject, {
    description: "Balance right after the transaction, on the normal side.",
  })
  balance!: MoneyJson;

  @Field(() => SafeIntScalar, { description: "Position of the transaction in the fund's book." })
  position!: number;

  @Field(() => TransactionObject, { description: "The transaction that moved it." })
  transaction!: TransactionObject;
}

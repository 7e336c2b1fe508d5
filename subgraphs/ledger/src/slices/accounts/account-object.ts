import type { AccountType, EntrySide } from "@allfunds/contract/events";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, JsonScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";
import { ACCOUNT_STATUSES, type AccountStatus } from "./account.ts";

export const AccountTypeEnum: { readonly [Type in AccountType]: Type } = {
  ASSET: "ASSET",
  LIABILITY: "LIABILITY",
  EQUITY: "EQUITY",
  INCOME: "INCOME",
  EXPENSE: "EXPENSE",
};
registerEnumType(AccountTypeEnum, {
  name: "AccountType",
  description: "Kind of account. ASSET and EXPENSE grow by debits, the others by credits.",
});

export const EntrySideEnum: { readonly [Side in EntrySide]: Side } = {
  DEBIT: "DEBIT",
  CREDIT: "CREDIT",
};
registerEnumType(EntrySideEnum, {
  name: "EntrySide",
  description: "Side of an account that an entry stands on.",
});

registerEnumType(ACCOUNT_STATUSES, {
  name: "AccountStatus",
  description: "OPEN takes entries; FROZEN takes none for now; CLOSED, empty, takes none for ever.",
});

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Account", {
  implements: NodeObject,
  description: "An account in a fund's chart, kept in one currency.",
})
export class AccountObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the account." })
  id!: string;

  @Field(() => String, { description: "Short code, unique within the fund." })
  code!: string;

  @Field(() => String, { description: "Name of the account." })
  name!: string;

  @Field(() => AccountTypeEnum, { description: "Kind of account, which decides its normal side." })
  type!: AccountType;

  @Field(() => String, {
    description:
      "Currency of every entry on it: ISO 4217, or an asset with its decimals such as `BTC/8`.",
  })
  currency!: string;

  @Field(() => ACCOUNT_STATUSES, { description: "Whether it takes entries." })
  status!: AccountStatus;

  @Field(() => SafeIntScalar, {
    description: "1 when opened, one more with each event that changes the account.",
  })
  version!: number;

  @Field(() => Boolean, {
    description:
      "Whether its balance is cash of the fund; by its code unless a user chose otherwise.",
  })
  countsAsCash!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether only orders, trades and valuations of its fund post to it; others are refused with ACCOUNT_MANAGED.",
  })
  managed!: boolean;

  @Field(() => JsonScalar, { description: "A JSON object of yours." })
  metadata!: Readonly<Record<string, unknown>>;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  parentId!: string | null;
  balanceMinor!: bigint;
  minimumMinor!: bigint | null;
  heldMinor!: bigint;
}

export const AccountConnection = connectionType("Account", AccountObject);

/** An account as it is read; amounts in minor units, as decimal texts. */
export interface AccountRow {
  readonly id: string;
  readonly fundId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly balance: string;
  readonly minimumBalance?: string | null | undefined;
  readonly held: string;
  readonly status: AccountStatus;
  readonly version: number;
  readonly parentId?: string | null | undefined;
  /** Canonical JSON. */
  readonly metadata: string;
  readonly countsAsCash: boolean;
  readonly managed: boolean;
}

export const toAccountObject = (row: AccountRow, replayed = false): AccountObject =>
  Object.assign(new AccountObject(), {
    id: row.id,
    code: row.code,
    name: row.name,
    type: row.type,
    currency: row.currency,
    status: row.status,
    version: row.version,
    parentId: row.parentId ?? null,
    metadata: JSON.parse(row.metadata) as AccountObject["metadata"],
    countsAsCash: row.countsAsCash,
    managed: row.managed,
    replayed,
    fundId: row.fundId,
    balanceMinor: BigInt(row.balance),
    minimumMinor: typeof row.minimumBalance === "string" ? BigInt(row.minimumBalance) : null,
    heldMinor: BigInt(row.held),
  });

/** Minor units in the currency of an account. */
export const moneyOn = ({ currency }: AccountObject, minor: bigint): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

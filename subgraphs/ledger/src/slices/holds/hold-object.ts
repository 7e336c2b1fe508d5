import type { HoldPlaced } from "@allfunds/contract/events";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  DateTimeScalar,
  JsonScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";
import { HOLD_STATUSES, type HoldStatus } from "./hold.ts";

registerEnumType(HOLD_STATUSES, {
  name: "HoldStatus",
  description:
    "ACTIVE reserves `remaining`; the others reserve nothing: wholly CAPTURED, VOIDED by order, or EXPIRED.",
});

@ObjectType("Hold", {
  description: "A part of an account's balance that is reserved and counts against `available`.",
})
export class HoldObject {
  @Field(() => ID, { description: "UUID of the hold." })
  id!: string;

  @Field(() => SafeIntScalar, { description: "Position in the fund's book of its placing." })
  position!: number;

  @Field(() => MoneyObject, { description: "What was reserved at first." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, { description: "What became transactions." })
  captured!: MoneyJson;

  @Field(() => MoneyObject, { description: "What is still reserved." })
  remaining!: MoneyJson;

  @Field(() => HOLD_STATUSES, { description: "Whether it still reserves something." })
  status!: HoldStatus;

  @Field(() => String, { description: "What it is for." })
  description!: string;

  @Field(() => String, { nullable: true, description: "Reference of the client." })
  reference!: string | null;

  @Field(() => JsonScalar, { description: "Whatever the client keeps with it." })
  metadata!: Record<string, unknown>;

  @Field(() => DateTimeScalar, { description: "When the ledger recorded it." })
  placedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends by itself; null when it stands until captured or voided.",
  })
  expiresAt!: Date | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  accountId!: string;
  contraAccountId!: string | null;
}

export const HoldConnection = connectionType("Hold", HoldObject);

/** A hold as it is stored, with the event that placed it. */
export interface HoldRow {
  readonly id: string;
  readonly book_id: string;
  readonly position: string;
  readonly captured: string;
  readonly remaining: string;
  readonly status: HoldStatus;
  readonly expires_at: Date | null;
  readonly recorded_at: Date;
  readonly payload: HoldPlaced;
}

/** The hold as it is at `now`: one that is due counts as expired although that is not recorded yet. */
export function toHoldObject(row: HoldRow, now: Date): HoldObject {
  const { payload, expires_at: expiresAt } = row;
  const { currency } = payload;
  const isOver = row.status === "ACTIVE" && expiresAt !== null && expiresAt <= now;
  const money = (minor: string): MoneyJson => ({
    amount: formatAmount(BigInt(minor), currency),
    currency,
  });
  return Object.assign(new HoldObject(), {
    id: row.id,
    position: Number(row.position),
    amount: { amount: payload.amount, currency },
    captured: money(row.captured),
    remaining: money(isOver ? "0" : row.remaining),
    status: isOver ? "EXPIRED" : row.status,
    description: payload.description,
    reference: payload.reference,
    metadata: payload.metadata,
    placedAt: row.recorded_at,
    expiresAt,
    replayed: false,
    fundId: row.book_id,
    accountId: payload.accountId,
    contraAccountId: payload.contraAccountId,
  });
}

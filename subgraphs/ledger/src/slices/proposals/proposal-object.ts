import type { EntrySide, TransactionProposed } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { EntrySideEnum } from "../accounts/account-object.ts";
import { ActorObject, toActor } from "../../graph/shared-types.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import { PROPOSAL_STATUSES, type ProposalStatus } from "./proposal.ts";

registerEnumType(PROPOSAL_STATUSES, {
  name: "ProposalStatus",
  description:
    "WAITING for another person; APPROVED and posted; REJECTED by another person; WITHDRAWN by its maker.",
});

const PROPOSAL_KINDS = {
  POSTING: "POSTING",
  ADJUSTMENT: "ADJUSTMENT",
  STATEMENT_LINE: "STATEMENT_LINE",
  REVERSAL: "REVERSAL",
  CAPTURE: "CAPTURE",
  TRADE: "TRADE",
  CORPORATE_ACTION: "CORPORATE_ACTION",
} as const;
type ProposalKind = keyof typeof PROPOSAL_KINDS;
registerEnumType(PROPOSAL_KINDS, {
  name: "ProposalKind",
  description: "What was requested: the posting of a transaction, or what leads to one.",
});

const KIND_OF: Readonly<Record<string, ProposalKind>> = {
  PostTransaction: "POSTING",
  AdjustBalance: "ADJUSTMENT",
  PostStatementLine: "STATEMENT_LINE",
  MoveStatementLine: "STATEMENT_LINE",
  SplitStatementLine: "STATEMENT_LINE",
  ReverseTransaction: "REVERSAL",
  CaptureHold: "CAPTURE",
  RecordTrades: "TRADE",
  SettleTrades: "TRADE",
  CancelTrade: "TRADE",
  RecordCurrencyTrade: "TRADE",
  SettleCurrencyTrade: "TRADE",
  CancelCurrencyTrade: "TRADE",
  RecordCorporateAction: "CORPORATE_ACTION",
  PayCorporateAction: "CORPORATE_ACTION",
  CancelCorporateAction: "CORPORATE_ACTION",
};

@ObjectType("ProposedTotal", { description: "What a proposal debits in one currency." })
class ProposedTotalObject {
  @Field(() => MoneyObject, { description: "The sum of its debits." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, { nullable: true, description: "The limit, where it is above one." })
  limit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "The limit by day, where it is above that with what its maker debited before on the day.",
  })
  dayLimit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "The limit by day of the fund, where it is above that with what all debited.",
  })
  fundDayLimit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "The limit by day of one counterparty, where what is posted with one of its counterparties is above that.",
  })
  counterpartyLimit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Of a line of a bank statement: the limit of what one person imports in one day, where its file or it is above that.",
  })
  importLimit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "The limit above which several people have to approve, where it is above one.",
  })
  severalLimit!: MoneyJson | null;
}

@ObjectType("ProposedEntry", { description: "One leg of a transaction that is not posted yet." })
export class ProposedEntryObject {
  @Field(() => EntrySideEnum, { description: "Side of the account." })
  side!: EntrySide;

  @Field(() => MoneyObject, { description: "Amount in the account's currency." })
  amount!: MoneyJson;

  accountId!: string;
}

@RequiresScopes("ledger:read")
@ObjectType("Proposal", {
  description: "A posting above a limit. It posts nothing until another person approves it.",
})
export class ProposalObject {
  @Field(() => ID, { description: "UUID of the proposal." })
  id!: string;

  @Field(() => SafeIntScalar, { description: "Position in the fund's book." })
  position!: number;

  @Field(() => PROPOSAL_KINDS, { description: "What was requested." })
  kind!: ProposalKind;

  @Field(() => PROPOSAL_STATUSES, { description: "What became of it." })
  status!: ProposalStatus;

  @Field(() => String, { description: "Who requested it: the id of a user or of an API client." })
  maker!: string;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  proposer!: ActorObject;

  @Field(() => DateTimeScalar, { description: "When it was requested." })
  proposedAt!: Date;

  @Field(() => DateScalar, { description: "Value date." })
  effectiveDate!: string;

  @Field(() => String, { description: "What it is for." })
  description!: string;

  @Field(() => String, { nullable: true, description: "Reference of the client or the bank." })
  reference!: string | null;

  @Field(() => [ProposedTotalObject], { description: "Its debits, by currency." })
  totals!: ProposedTotalObject[];

  @Field(() => [ProposedEntryObject], {
    description: "Its entries as they would have been posted when it was requested.",
  })
  entries!: ProposedEntryObject[];

  @Field(() => String, {
    nullable: true,
    description: "Who decided; for WITHDRAWN the maker. Null while it waits.",
  })
  decidedBy!: string | null;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  decider!: ActorObject | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided." })
  decidedAt!: Date | null;

  @Field(() => Int, { description: "How many people have to approve it, none of them its maker." })
  approvers!: number;

  @Field(() => Boolean, {
    description:
      "True where one of those who approve has to be an administrator, because the tenant has a second one.",
  })
  needsAdministrator!: boolean;

  @Field(() => [ActorObject], {
    description:
      "Who approved so far, where more than one has to; of an API client the user who owns it. It waits for the others.",
  })
  approvedBy!: ActorObject[];

  @Field(() => String, { nullable: true, description: "Why it was rejected." })
  reason!: string | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  transactionId!: string | null;
  proposed!: TransactionProposed;
}

export const ProposalConnection = connectionType("Proposal", ProposalObject);

export interface ProposalRow {
  readonly id: string;
  readonly position: string;
  readonly status: ProposalStatus;
  readonly maker: string;
  readonly proposed_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly reason: string | null;
  readonly transaction_id: string | null;
  readonly approvers: number;
  readonly approved_by: string;
  readonly payload: TransactionProposed;
}

function toTotal(total: TransactionProposed["totals"][number]): ProposedTotalObject {
  const { currency, amount } = total;
  const money = (limit: string | undefined): MoneyJson | null =>
    limit === undefined ? null : { amount: limit, currency };
  return {
    amount: { amount, currency },
    limit: money(total.limit),
    dayLimit: money(total.dayLimit),
    fundDayLimit: money(total.fundDayLimit),
    counterpartyLimit: money(total.counterpartyLimit),
    importLimit: money(total.importLimit),
    severalLimit: money(total.severalLimit),
  };
}

export function toProposalObject(row: ProposalRow): ProposalObject {
  const { payload } = row;
  return Object.assign(new ProposalObject(), {
    id: row.id,
    position: Number(row.position),
    kind: KIND_OF[payload.command.kind] ?? "POSTING",
    status: row.status,
    maker: row.maker,
    proposer: toActor(row.maker),
    proposedAt: row.proposed_at,
    effectiveDate: payload.effectiveDate,
    description: payload.description,
    reference: payload.reference,
    totals: payload.totals.map(toTotal),
    entries: payload.legs.map(({ accountId, side, amount, currency }) =>
      Object.assign(new ProposedEntryObject(), { accountId, side, amount: { amount, currency } }),
    ),
    decidedBy: row.decided_by,
    decider: row.decided_by === null ? null : toActor(row.decided_by),
    decidedAt: row.decided_at,
    approvers: row.approvers,
    needsAdministrator: payload.needsAdministrator === true,
    approvedBy: (JSON.parse(row.approved_by) as string[]).map((actor) => toActor(actor)),
    reason: row.reason,
    replayed: false,
    fundId: payload.fundId,
    transactionId: row.transaction_id,
    proposed: payload,
  });
}

import type { ChangeProposed } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateTimeScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import type { ProposalRow } from "./proposal-object.ts";
import { PROPOSAL_STATUSES, type ProposalStatus } from "./proposal.ts";
import type { ChangeKind } from "./sensitive-change.ts";

const CHANGES: Readonly<Record<ChangeKind, ChangeKind>> = {
  UNFREEZE_ACCOUNT: "UNFREEZE_ACCOUNT",
  MINIMUM_BALANCE: "MINIMUM_BALANCE",
  REOPEN_PERIOD: "REOPEN_PERIOD",
  APPROVAL_LIMIT: "APPROVAL_LIMIT",
  VALUE_DATE_LIMITS: "VALUE_DATE_LIMITS",
};
registerEnumType(CHANGES, {
  name: "SensitiveChange",
  description:
    "What loosens a control: an account takes entries again, may fall lower, a closed period takes transactions again, a limit of what one person may do is set, or value dates farther from today pass without confirmation.",
});

@RequiresScopes("ledger:read")
@ObjectType("ChangeProposal", {
  description:
    "A sensitive change that needs approval: above a limit of changes, or in a tenant with a second administrator. Nothing changes until another person approves it.",
})
export class ChangeProposalObject {
  @Field(() => ID, { description: "UUID of the proposal." })
  id!: string;

  @Field(() => SafeIntScalar, {
    description: "Position in the book of its fund, or in the tenant's own book.",
  })
  position!: number;

  @Field(() => CHANGES, { description: "What would change." })
  change!: ChangeKind;

  @Field(() => PROPOSAL_STATUSES, {
    description: "What became of it; APPROVED when it was made.",
  })
  status!: ProposalStatus;

  @Field(() => String, { description: "What would change, with the reason its maker gave." })
  description!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "By which the limit judges it: the balance of an account, how far a minimum balance falls, the new limit. Null when nothing bounds it, and for a period.",
  })
  amount!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "The limit of changes that it is above; null for a period, and where there is none.",
  })
  limit!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "The minimum balance or limit that stood when it was proposed; null for none.",
  })
  before!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "The minimum balance or limit that would take its place; null for none.",
  })
  after!: MoneyJson | null;

  @Field(() => String, { description: "Who requested it: the id of a user or of an API client." })
  maker!: string;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  proposer!: ActorObject;

  @Field(() => DateTimeScalar, { description: "When it was requested." })
  proposedAt!: Date;

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

  @Field(() => String, {
    nullable: true,
    description: "Who decided; for WITHDRAWN the maker. Null while it waits.",
  })
  decidedBy!: string | null;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  decider!: ActorObject | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided." })
  decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Why it was rejected." })
  reason!: string | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  /** Null for a limit of the tenant. */
  fundId!: string | null;
  accountId!: string | null;
  periodId!: string | null;
  proposed!: ChangeProposed;
}

export const ChangeProposalConnection = connectionType("ChangeProposal", ChangeProposalObject);

export interface ChangeRow extends Omit<ProposalRow, "payload"> {
  readonly payload: ChangeProposed;
}

export function toChangeObject(row: ChangeRow): ChangeProposalObject {
  const { change, description, currency, amount, limit, before, after, ...of } = row.payload;
  const money = (text: string | null | undefined): MoneyJson | null =>
    text === null || text === undefined || currency === undefined
      ? null
      : { amount: text, currency };
  return Object.assign(new ChangeProposalObject(), {
    id: row.id,
    position: Number(row.position),
    change,
    status: row.status,
    description,
    amount: money(amount),
    limit: money(limit),
    before: money(before),
    after: money(after),
    maker: row.maker,
    proposer: toActor(row.maker),
    proposedAt: row.proposed_at,
    approvers: row.approvers,
    needsAdministrator: of.needsAdministrator === true,
    approvedBy: (JSON.parse(row.approved_by) as string[]).map((actor) => toActor(actor)),
    decidedBy: row.decided_by,
    decider: row.decided_by === null ? null : toActor(row.decided_by),
    decidedAt: row.decided_at,
    reason: row.reason,
    replayed: false,
    fundId: of.fundId,
    accountId: of.accountId ?? null,
    periodId: of.periodId ?? null,
    proposed: row.payload,
  });
}

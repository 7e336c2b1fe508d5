import { AppError } from "@allfunds/contract/errors";
import type { TransactionProposed as TransactionProposedPayload } from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { Statements } from "../../engine/batched-sql.ts";
import type { BookId, EventPlace, PublishedEvent } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf, type EventCodec } from "../../engine/event-codec.ts";
import { toPublished, type PublishedRow } from "../../engine/log-sql.ts";
import { defineSlice, type ReplayContext } from "../../engine/slice.ts";
import { ONLY } from "../../engine/table.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { limitOf, limitOfCopies } from "../approval-limits/approval-limit.ts";
import {
  COUNTERPARTY_DAY_SUM,
  countCounterparties,
  countDebits,
  countsForDay,
  DAY_SUM,
  dayOf,
} from "./day-sum.ts";
import {
  approversFor,
  counterpartySums,
  debitsOf,
  refuseAboveDay,
  totalsOf,
  type ProposedTotal,
} from "./limits-exceeded.ts";
import {
  decideApproveProposal,
  decideRejectProposal,
  decideWithdrawProposal,
  isMaker,
  PROPOSAL,
  proposedAlready,
  refusalOfProposal,
  refuseMoreThanProposed,
  requireApproval,
  requireWaiting,
  wantProposal,
  type ApprovalGiven,
  type ApprovalRefused,
  type ProposalApproved,
  type ProposalCommand,
  type ProposalEvent,
  type ProposalRejected,
  type ProposalState,
  type ProposalStatus,
  type TransactionProposed,
} from "./proposal.ts";

const PROPOSED: EventCodec<TransactionProposed> = {
  encode: ({ type: _type, totals, legs, makerOwner, ...event }): TransactionProposedPayload => ({
    ...event,
    ...(makerOwner === undefined ? {} : { makerOwner }),
    totals: totals.map(toTotalPayload),
    legs: legs.map(({ amountMinor, ...leg }) => ({
      ...leg,
      amount: formatAmount(amountMinor, leg.currency),
    })),
  }),
  decode: ({ totals, legs, makerOwner, ...payload }: TransactionProposedPayload) => ({
    ...payload,
    type: "TransactionProposed",
    makerOwner,
    totals: totalsOf({ totals }),
    legs: legs.map(({ amount, ...leg }) => ({
      ...leg,
      amountMinor: parseAmount(amount, leg.currency),
    })),
  }),
};

function toTotalPayload(total: ProposedTotal): TransactionProposedPayload["totals"][number] {
  const { currency, amountMinor, limitMinor } = total;
  const payload: TransactionProposedPayload["totals"][number] = {
    currency,
    amount: formatAmount(amountMinor, currency),
  };
  const limits = [
    ["limit", limitMinor ?? undefined],
    ["dayLimit", total.dayLimitMinor],
    ["fundDayLimit", total.fundDayLimitMinor],
    ["counterpartyLimit", total.counterpartyLimitMinor],
    ["severalLimit", total.severalLimitMinor],
  ] as const;
  for (const [name, minor] of limits) {
    if (minor !== undefined) payload[name] = formatAmount(minor, currency);
  }
  return payload;
}

/** What was proposed, while it waits for a decision; by proposal. */
const SHOWN = defineBatchRows<readonly ProposedTotal[]>("proposed totals");
/** What may be posted above a limit; by transaction. */
const APPROVED = defineBatchRows<Approved>("approved totals");

interface Approved {
  readonly totals: readonly ProposedTotal[];
  /** How many people approved. */
  readonly approvers: number;
}

/** The newest position of the tenant's own book by which a posting was decided. */
const LIMITS_AT = defineBatchRows<number>("position of limits");

function evolveProposed(draft: BookState, event: TransactionProposed, place: EventPlace): void {
  const { proposalId: id, maker, makerOwner = null, totals, approvers = 1 } = event;
  const { position, recordedAt: proposedAt } = place;
  draft.put(PROPOSAL, id, {
    id,
    position,
    status: "WAITING",
    maker,
    makerOwner,
    proposedAt,
    decidedBy: null,
    decidedAt: null,
    decidedPosition: null,
    reason: null,
    transactionId: null,
    approvers,
    approvedBy: [],
  });
  draft.put(SHOWN, id, totals);
}

const decided =
  <Event extends { readonly proposalId: string }>(
    status: ProposalStatus,
    more: (event: Event) => { readonly reason?: string; readonly transactionId?: string | null },
  ) =>
  (draft: BookState, event: Event, place: EventPlace): void => {
    const { actor: decidedBy, recordedAt: decidedAt, position: decidedPosition } = place;
    const proposal = requireWaiting(draft, event.proposalId);
    draft.put(PROPOSAL, proposal.id, {
      ...proposal,
      status,
      decidedBy,
      decidedAt,
      decidedPosition,
      ...more(event),
    });
  };

const evolveApproved = decided("APPROVED", ({ transactionId }: ProposalApproved) => ({
  transactionId,
}));

/** Decisions are of another person, but for taking it back. */
const checkDecision =
  (byMaker: boolean) =>
  (
    state: BookState,
    { proposalId }: { readonly proposalId: string },
    { place }: ReplayContext,
  ): void => {
    if (isMaker(requireWaiting(state, proposalId), { actor: place.actor }) && !byMaker) {
      throw new AppError("FORBIDDEN", `Proposal ${proposalId} was decided by who made it.`);
    }
  };

/** Each approval is of a person who gave none before. */
function checkGiven(
  state: BookState,
  { proposalId }: { readonly proposalId: string },
  { place: { actor } }: ReplayContext,
): ProposalState {
  const proposal = requireWaiting(state, proposalId);
  if (isMaker(proposal, { actor }) || proposal.approvedBy.includes(actor)) {
    throw new AppError("FORBIDDEN", `Proposal ${proposalId} was approved twice by one person.`);
  }
  return proposal;
}

function checkApproved(
  state: BookState,
  event: { readonly proposalId: string },
  replay: ReplayContext,
): void {
  const { approvedBy, approvers } = checkGiven(state, event, replay);
  if (approvedBy.length + 1 < approvers) {
    throw new AppError("APPROVAL_REQUIRED", `${event.proposalId} lacks approvals of others.`);
  }
}

function evolveGiven(draft: BookState, { proposalId }: ApprovalGiven, { actor }: EventPlace): void {
  const proposal = requireWaiting(draft, proposalId);
  draft.put(PROPOSAL, proposal.id, {
    ...proposal,
    approvedBy: [...proposal.approvedBy, actor],
  });
}

/** Where limits changed, it waits for as many as they now demand, and for each anew. */
function evolveRefused(draft: BookState, { proposalId, approvers }: ApprovalRefused): void {
  if (approvers === undefined) return;
  const proposal = requireWaiting(draft, proposalId);
  draft.put(PROPOSAL, proposal.id, { ...proposal, approvers, approvedBy: [] });
}

/** An approval was refused to who made what waits; that it was the same person's client the log does not prove. */
function checkRefused(
  state: BookState,
  { proposalId, isMaker: byMaker, reason, approvers }: ApprovalRefused,
  { place }: ReplayContext,
): void {
  const { maker, approvedBy, approvers: before } = requireWaiting(state, proposalId);
  const isSound =
    reason === "LIMIT_CHANGED"
      ? approvers !== undefined && approvers > before
      : // That a client is one of those who approved the log does not prove.
        approvers === undefined && (reason !== "APPROVED_BEFORE" || approvedBy.length > 0);
  if (!isSound) throw new AppError("FORBIDDEN", `Approval of ${proposalId} was refused wrongly.`);
  if (byMaker !== (maker === place.actor)) {
    throw new AppError("FORBIDDEN", `Approval of ${proposalId} was refused to another.`);
  }
}

/** What was posted above a limit was approved, and no more than was shown. */
function checkLimits(
  state: BookState,
  event: TransactionPosted,
  { tenantAt, place }: ReplayContext,
): void {
  const { limitsAt, transactionId, source } = event;
  if ((limitsAt ?? 0) < (state.get(LIMITS_AT, ONLY) ?? 0)) {
    throw new AppError("APPROVAL_REQUIRED", "It was decided by limits that no longer held.");
  }
  // What a fact of fund administration posts is decided on with that fact.
  if (source.kind === "ADMINISTRATION") return;
  const approved = state.get(APPROVED, transactionId);
  if (source.kind === "CLOSING" && approved === undefined) {
    throw new AppError("APPROVAL_REQUIRED", "A year was closed without approval.");
  }
  const tenant = limitsAt === undefined ? undefined : tenantAt(limitsAt);
  if (approved === undefined && countsForDay(event)) {
    refuseAboveDay({ state, tenant, day: dayOf(place.recordedAt) }, event);
  }
  refuseTooFew({ state, tenant }, event, approved?.approvers ?? 0);
  for (const { currency, amountMinor } of debitsOf(event)) {
    const limitMinor =
      limitsAt === undefined ? limitOfCopies(state, currency) : limitOf(state, tenant, currency);
    if (limitMinor === null || amountMinor <= limitMinor) continue;
    if (approved !== undefined) return refuseMoreThanProposed(event, approved.totals);
    const limit = formatAmount(limitMinor, currency);
    throw new AppError(
      "APPROVAL_REQUIRED",
      `More than ${limit} ${currency} was posted without approval.`,
    );
  }
}

/** Above a limit of several approvers as many approved as it demands. */
function refuseTooFew(
  books: Parameters<typeof approversFor>[0],
  event: TransactionPosted,
  approvers: number,
): void {
  const demanded = approversFor(books, event);
  if (demanded <= Math.max(1, approvers)) return;
  throw new AppError("APPROVAL_REQUIRED", `It was posted without approval by ${demanded} people.`);
}

// The rest of what an approval led to is no answer to the command that made the proposal.
const FIND_DECISIONS = `
  SELECT p.id, e.type, e.position, e.recorded_at, e.payload
  FROM proposal p
  LEFT JOIN transaction t ON t.tenant_id = p.tenant_id AND t.id = p.transaction_id
  JOIN event e ON e.tenant_id = p.tenant_id AND e.book_id = p.book_id
    AND e.position IN (p.decided_position, t.position)
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.id = ANY ($3::uuid[])
  ORDER BY e.position`;

type DecisionRow = PublishedRow & { readonly id: string };

/** Adds to the answers that were proposals what was decided on them. */
async function addDecisions(
  statements: Statements,
  { tenantId, bookId }: BookId,
  answers: readonly PublishedEvent[][],
): Promise<void> {
  const proposed = new Map<string, PublishedEvent[]>();
  for (const events of answers) {
    const proposal = events.find(({ type }) => type === "TransactionProposed");
    if (proposal === undefined) continue;
    proposed.set((proposal.payload as TransactionProposedPayload).proposalId, events);
  }
  if (proposed.size === 0) return;
  const parameters = [tenantId, bookId, [...proposed.keys()]];
  const { rows } = await statements.query<DecisionRow>(FIND_DECISIONS, parameters);
  for (const row of rows) proposed.get(row.id)?.push(toPublished(row));
}

export const PROPOSALS = defineSlice<ProposalCommand, ProposalEvent>({
  name: "proposals",
  tables: [PROPOSAL, DAY_SUM, COUNTERPARTY_DAY_SUM],
  replayed: [SHOWN, APPROVED, LIMITS_AT],
  review: requireApproval,
  refusalOf: refusalOfProposal,
  followUp: addDecisions,
  commands: {
    ApproveProposal: {
      needs: ({ proposalId, proposed }, want, _clientChoseId, needsOfStored) => {
        wantProposal(want, proposalId);
        needsOfStored({ command: proposed.command, schema: proposed.schema ?? 1 });
      },
      decide: (command, state, context) =>
        decideApproveProposal(command, state, context.requester, (waited) =>
          context.decideStored(waited),
        ),
    },
    RejectProposal: {
      needs: ({ proposalId }, want) => wantProposal(want, proposalId),
      decide: (command, state, { requester }) => decideRejectProposal(command, state, requester),
    },
    WithdrawProposal: {
      needs: ({ proposalId }, want) => wantProposal(want, proposalId),
      decide: (command, state, { requester }) => decideWithdrawProposal(command, state, requester),
    },
  },
  events: {
    TransactionProposed: { codec: PROPOSED, evolve: evolveProposed },
    ProposalApproved: {
      codec: codecOf("ProposalApproved"),
      evolve: (draft, event, place) => {
        const shown = draft.get(SHOWN, event.proposalId);
        if (shown !== undefined && event.transactionId !== null) {
          const { approvers } = requireWaiting(draft, event.proposalId);
          draft.put(APPROVED, event.transactionId, { totals: shown, approvers });
        }
        evolveApproved(draft, event, place);
      },
      check: checkApproved,
    },
    ApprovalGiven: {
      codec: codecOf<ApprovalGiven>("ApprovalGiven"),
      evolve: evolveGiven,
      check: (state, event, replay) => void checkGiven(state, event, replay),
    },
    ApprovalRefused: {
      codec: codecOf<ApprovalRefused>("ApprovalRefused"),
      evolve: evolveRefused,
      check: checkRefused,
    },
    ProposalRejected: {
      codec: codecOf("ProposalRejected"),
      evolve: decided("REJECTED", ({ reason }: ProposalRejected) => ({ reason })),
      check: checkDecision(false),
    },
    ProposalWithdrawn: {
      codec: codecOf("ProposalWithdrawn"),
      evolve: decided("WITHDRAWN", () => ({})),
      check: checkDecision(true),
    },
  },
  reactions: {
    TransactionPosted: {
      evolve: (draft: BookState, event: TransactionPosted, { recordedAt }: EventPlace) => {
        const { limitsAt, countedFor } = event;
        if (limitsAt !== undefined) draft.put(LIMITS_AT, ONLY, limitsAt);
        if (countedFor !== undefined) {
          countDebits(draft, countedFor, dayOf(recordedAt), debitsOf(event));
          countCounterparties(draft, dayOf(recordedAt), counterpartySums(event));
        }
      },
      check: checkLimits,
    },
  },
  constraints: { proposal_pkey: proposedAlready },
});

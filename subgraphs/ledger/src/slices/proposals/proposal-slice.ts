import { AppError } from "@allfunds/contract/errors";
import type { TransactionProposed as TransactionProposedPayload } from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { Migration } from "@allfunds/platform/database";
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
  countImported,
  countsForDay,
  DAY_SUM,
  dayOf,
  directionOf,
} from "./day-sum.ts";
import { deciderOf, hasApproved, personOf } from "./person.ts";
import { ARE_JUDGED, FACT_LIMITS, JUDGED } from "./trade-limits.ts";
import { refusalOfProposal } from "./proposal-refusal.ts";
import { guardsChanges } from "./sensitive-change.ts";
import {
  approversFor,
  counterpartySums,
  debitsOf,
  refuseAboveDay,
  refuseAboveImport,
  totalsOf,
  type ProposedTotal,
} from "./limits-exceeded.ts";
import { decideApproveProposal, refuseMoreThanProposed } from "./approve-proposal.ts";
import type {
  ApprovalGiven,
  ApprovalRefused,
  ProposalApproved,
  ProposalCommand,
  ProposalEvent,
  ProposalRejected,
  ProposalWithdrawn,
  TransactionProposed,
} from "./proposal-events.ts";
import {
  decideRejectProposal,
  decideWithdrawProposal,
  isMaker,
  PROPOSAL,
  proposedAlready,
  putWaiting,
  requireApproval,
  requireWaiting,
  wantProposal,
  type ProposalState,
  type ProposalStatus,
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
    ["importLimit", total.importLimitMinor],
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
  putWaiting(draft, event, place);
  draft.put(SHOWN, event.proposalId, event.totals);
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

function checkRejected(state: BookState, event: ProposalRejected, { place }: ReplayContext): void {
  const { proposalId } = event;
  if (!isMaker(requireWaiting(state, proposalId), deciderOf(place, event))) return;
  throw new AppError("FORBIDDEN", `Proposal ${proposalId} was decided by who made it.`);
}

/** Of a client without an owner, as earlier versions recorded it, the log does not prove whose it is. */
function checkWithdrawn(
  state: BookState,
  event: ProposalWithdrawn,
  { place }: ReplayContext,
): void {
  const { proposalId, deciderOwner } = event;
  const isMakers = isMaker(requireWaiting(state, proposalId), deciderOf(place, event));
  if (isMakers || deciderOwner === undefined) return;
  throw new AppError("FORBIDDEN", `Proposal ${proposalId} was withdrawn by another person.`);
}

/** Each approval is of a person who gave none before. */
function checkGiven(
  state: BookState,
  event: ApprovalGiven | ProposalApproved,
  { place }: ReplayContext,
): ProposalState {
  const { proposalId } = event;
  const proposal = requireWaiting(state, proposalId);
  const by = deciderOf(place, event);
  if (isMaker(proposal, by) || hasApproved(proposal.approvedBy, by)) {
    throw new AppError("FORBIDDEN", `Proposal ${proposalId} was approved twice by one person.`);
  }
  return proposal;
}

function checkApproved(state: BookState, event: ProposalApproved, replay: ReplayContext): void {
  const { approvedBy, approvers, administrator } = checkGiven(state, event, replay);
  if (administrator === "NEEDED" && event.byAdministrator !== true) {
    throw new AppError("APPROVAL_REQUIRED", `${event.proposalId} lacks a second administrator's.`);
  }
  if (approvedBy.length + 1 < approvers) {
    throw new AppError("APPROVAL_REQUIRED", `${event.proposalId} lacks approvals of others.`);
  }
}

function evolveGiven(draft: BookState, event: ApprovalGiven, place: EventPlace): void {
  const proposal = requireWaiting(draft, event.proposalId);
  draft.put(PROPOSAL, proposal.id, {
    ...proposal,
    approvedBy: [...proposal.approvedBy, personOf(deciderOf(place, event))],
    administrator: event.byAdministrator === true ? "GIVEN" : proposal.administrator,
  });
}

/** Where limits changed, it waits for as many as they now demand, and for each anew. */
function evolveRefused(draft: BookState, { proposalId, approvers }: ApprovalRefused): void {
  if (approvers === undefined) return;
  const proposal = requireWaiting(draft, proposalId);
  const administrator = proposal.administrator === null ? null : "NEEDED";
  draft.put(PROPOSAL, proposal.id, { ...proposal, approvers, approvedBy: [], administrator });
}

/** An approval was refused to who made what waits, or approved before; or limits demand more. */
function checkRefused(state: BookState, event: ApprovalRefused, { place }: ReplayContext): void {
  const { proposalId, isMaker: byMaker, reason, approvers, deciderOwner } = event;
  const waiting = requireWaiting(state, proposalId);
  const by = deciderOf(place, event);
  // Of a client without an owner, as earlier versions recorded it, the log does not prove whose it is.
  const mayBeClient = deciderOwner === undefined;
  const { approvedBy } = waiting;
  const hasReason = {
    LIMIT_CHANGED: approvers !== undefined && approvers > waiting.approvers,
    APPROVED_BEFORE: hasApproved(approvedBy, by) || (mayBeClient && approvedBy.length > 0),
    CHANGED_SINCE: true,
    NO_ADMINISTRATOR: waiting.administrator === "NEEDED",
    IS_MAKER: isMaker(waiting, by) || mayBeClient,
  }[reason ?? "IS_MAKER"];
  if (!hasReason || (approvers !== undefined && reason !== "LIMIT_CHANGED")) {
    throw new AppError("FORBIDDEN", `Approval of ${proposalId} was refused wrongly.`);
  }
  if (byMaker !== (waiting.maker === place.actor)) {
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
  // What a fact of fund administration posts is decided on with that fact; a trade is a choice of who records it.
  if (source.kind === "ADMINISTRATION" && state.get(JUDGED, transactionId) !== true) return;
  const approved = state.get(APPROVED, transactionId);
  if (source.kind === "CLOSING" && approved === undefined) {
    throw new AppError("APPROVAL_REQUIRED", "A year was closed without approval.");
  }
  const tenant = limitsAt === undefined ? undefined : tenantAt(limitsAt);
  const loosens =
    source.kind === "REOPENING" &&
    (source.secondAdministrator === true || guardsChanges({ state, tenant }));
  if (loosens && approved === undefined) {
    throw new AppError("APPROVAL_REQUIRED", "A year was reopened without approval.");
  }
  if (approved === undefined) {
    const refuseAbove = source.kind === "STATEMENT" ? refuseAboveImport : refuseAboveDay;
    if (source.kind === "STATEMENT" || countsForDay(event)) {
      refuseAbove({ state, tenant, day: dayOf(place.recordedAt) }, event);
    }
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

class AddAdministrators extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE proposal ADD COLUMN administrator text`);
    this.addSql(`COMMENT ON COLUMN proposal.administrator IS
      'NEEDED where an administrator has to be among those who approve, GIVEN once one approved'`);
    this.addSql(`GRANT UPDATE (administrator) ON proposal TO CURRENT_USER`);
  }
}

// The rest of what an approval led to is no answer to the command that made the proposal. A limit that was
// approved always stands behind its approval.
const FIND_DECISIONS = `
  SELECT p.id, e.type, e.position, e.recorded_at, e.payload
  FROM proposal p
  LEFT JOIN transaction t ON t.tenant_id = p.tenant_id AND t.id = p.transaction_id
  JOIN event e ON e.tenant_id = p.tenant_id AND e.book_id = p.book_id
    AND (e.position IN (p.decided_position, t.position)
      OR (e.type = ANY ($4::text[]) AND e.position = t.position - 1)
      OR (e.type = 'ApprovalLimitSet' AND e.position = p.decided_position + 1
        AND p.transaction_id IS NULL AND p.status = 'APPROVED'))
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.id = ANY ($3::uuid[])
  ORDER BY e.position`;

/** What stands before the posting that it leads to. */
const FACTS = [
  "TradeRecorded",
  "TradeSettled",
  "TradeCancelled",
  "CurrencyTradeRecorded",
  "CurrencyTradeSettled",
  "CurrencyTradeCancelled",
  "CorporateActionRecorded",
  "CorporateActionPaid",
  "CorporateActionCancelled",
];

type DecisionRow = PublishedRow & { readonly id: string };

/** Adds to the answers that were proposals what was decided on them. */
async function addDecisions(
  statements: Statements,
  { tenantId, bookId }: BookId,
  answers: readonly PublishedEvent[][],
): Promise<void> {
  const proposed = new Map<string, PublishedEvent[]>();
  for (const events of answers) {
    const proposal = events.find(
      ({ type }) => type === "TransactionProposed" || type === "ChangeProposed",
    );
    if (proposal === undefined) continue;
    proposed.set((proposal.payload as { readonly proposalId: string }).proposalId, events);
  }
  if (proposed.size === 0) return;
  const parameters = [tenantId, bookId, [...proposed.keys()], FACTS];
  const { rows } = await statements.query<DecisionRow>(FIND_DECISIONS, parameters);
  for (const row of rows) proposed.get(row.id)?.push(toPublished(row));
}

export const PROPOSALS = defineSlice<ProposalCommand, ProposalEvent>({
  name: "proposals",
  tables: [PROPOSAL, DAY_SUM, COUNTERPARTY_DAY_SUM],
  migrations: [{ name: "0190-expand-proposal-administrators", class: AddAdministrators }],
  replayed: [SHOWN, APPROVED, LIMITS_AT, JUDGED, ARE_JUDGED],
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
      codec: codecOf<ProposalRejected>("ProposalRejected"),
      evolve: decided("REJECTED", ({ reason }: ProposalRejected) => ({ reason })),
      check: checkRejected,
    },
    ProposalWithdrawn: {
      codec: codecOf<ProposalWithdrawn>("ProposalWithdrawn"),
      evolve: decided("WITHDRAWN", () => ({})),
      check: checkWithdrawn,
    },
  },
  reactions: {
    ...Object.fromEntries(FACTS.map((type) => [type, FACT_LIMITS])),
    TransactionPosted: {
      evolve: (draft: BookState, event: TransactionPosted, { recordedAt }: EventPlace) => {
        const { limitsAt, countedFor } = event;
        if (limitsAt !== undefined) draft.put(LIMITS_AT, ONLY, limitsAt);
        if (countedFor === undefined) return;
        const day = dayOf(recordedAt);
        if (event.source.kind === "STATEMENT") {
          const imported = { person: countedFor, direction: directionOf(event) };
          for (const debit of debitsOf(event)) countImported(draft, { ...imported, ...debit }, day);
          return;
        }
        countDebits(draft, countedFor, day, debitsOf(event));
        countCounterparties(draft, day, counterpartySums(event));
      },
      check: checkLimits,
    },
  },
  constraints: { proposal_pkey: proposedAlready },
});

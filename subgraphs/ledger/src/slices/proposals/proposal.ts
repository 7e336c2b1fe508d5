import { AppError } from "@allfunds/contract/errors";
import type {
  EntrySide,
  TransactionProposed as TransactionProposedPayload,
} from "@allfunds/contract/events";
import { isId } from "@allfunds/platform/ids";
import type { Command, DomainEvent, EventPlace, Requester } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { dateOrNull, defineTable, required } from "../../engine/table.ts";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import type { PostTransaction, TransactionPosted } from "../transactions/transaction.ts";
import { hasNoLimits } from "../approval-limits/approval-limit.ts";
import { countsForDay, dayAt } from "./day-sum.ts";
import { isSamePerson, ofDecider, personOf, type OfDecider } from "./person.ts";
import { requireWithin, tradesAmong, withPerson } from "./trade-limits.ts";
import { guardsChanges } from "./sensitive-change.ts";
import { approversFor, isWithin, judge, type ProposedTotal } from "./limits-exceeded.ts";

export const PROPOSAL_STATUSES = {
  WAITING: "WAITING",
  APPROVED: "APPROVED",
  REJECTED: "REJECTED",
  WITHDRAWN: "WITHDRAWN",
} as const;
export type ProposalStatus = keyof typeof PROPOSAL_STATUSES;

export interface ProposalState {
  readonly id: string;
  readonly position: number;
  readonly status: ProposalStatus;
  readonly maker: string;
  readonly makerOwner: string | null;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decidedPosition: number | null;
  readonly reason: string | null;
  readonly transactionId: string | null;
  /** How many people have to approve. */
  readonly approvers: number;
  /** Who did so far, where more than one has to; for an API client the user who owns it. */
  readonly approvedBy: readonly string[];
  /** Whether an administrator has to be among those who approve, and whether one approved; null where none has to. */
  readonly administrator: "NEEDED" | "GIVEN" | null;
}

export const PROPOSAL = defineTable<ProposalState>({
  name: "proposal",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "maker", type: "text", of: ({ maker }) => maker, fixed: true },
    { name: "maker_owner", type: "text", of: ({ makerOwner }) => makerOwner, fixed: true },
    { name: "proposed_at", type: "timestamptz", of: ({ proposedAt }) => proposedAt, fixed: true },
    { name: "decided_by", type: "text", of: ({ decidedBy }) => decidedBy },
    { name: "decided_at", type: "timestamptz", of: ({ decidedAt }) => decidedAt },
    { name: "decided_position", type: "bigint", of: ({ decidedPosition }) => decidedPosition },
    { name: "reason", type: "text", of: ({ reason }) => reason },
    { name: "transaction_id", type: "uuid", of: ({ transactionId }) => transactionId },
    { name: "approvers", type: "integer", of: ({ approvers }) => approvers },
    { name: "approved_by", type: "text", of: ({ approvedBy }) => JSON.stringify(approvedBy) },
    {
      name: "administrator",
      type: "text",
      of: ({ administrator }) => administrator,
      addedWith: null,
    },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    status: required(texts, "status") as ProposalStatus,
    maker: required(texts, "maker"),
    makerOwner: texts["maker_owner"] ?? null,
    proposedAt: new Date(required(texts, "proposed_at")),
    decidedBy: texts["decided_by"] ?? null,
    decidedAt: dateOrNull(texts["decided_at"]),
    decidedPosition: texts["decided_position"] == null ? null : Number(texts["decided_position"]),
    reason: texts["reason"] ?? null,
    transactionId: texts["transaction_id"] ?? null,
    approvers: Number(required(texts, "approvers")),
    approvedBy: JSON.parse(required(texts, "approved_by")) as string[],
    administrator: (texts["administrator"] ?? null) as ProposalState["administrator"],
  }),
  resident: { sql: "status = 'WAITING'", of: ({ status }) => status === "WAITING" },
});

interface Proposed {
  readonly proposalId: string;
  readonly maker: string;
  readonly makerOwner?: string | undefined;
  readonly approvers?: number | undefined;
  readonly needsAdministrator?: true | undefined;
}

/** What was proposed, a posting or a change, waits for a decision. */
export function putWaiting(
  draft: BookState,
  { proposalId: id, maker, makerOwner, approvers = 1, needsAdministrator }: Proposed,
  { position, recordedAt: proposedAt }: EventPlace,
): void {
  draft.put(PROPOSAL, id, {
    id,
    position,
    status: "WAITING",
    maker,
    makerOwner: makerOwner ?? null,
    proposedAt,
    decidedBy: null,
    decidedAt: null,
    decidedPosition: null,
    reason: null,
    transactionId: null,
    approvers,
    approvedBy: [],
    administrator: needsAdministrator === true ? "NEEDED" : null,
  });
}

/** Statuses of proposals that were decided. */
const PAST = defineBatchRows<ProposalStatus>("past proposals");

const FIND_PAST = `
  SELECT id, status FROM proposal
  WHERE tenant_id = $1 AND book_id = $2 AND id = ANY ($3::uuid[]) AND status <> 'WAITING'`;

const PAST_PROPOSALS: Lookup<ProposalStatus> = {
  rows: PAST,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<{ id: string; status: ProposalStatus }>(FIND_PAST, [
      tenantId,
      bookId,
      [...ids],
    ]);
    for (const { id, status } of rows) draft.put(PAST, id, status);
  },
};

export function wantProposal(want: Want, id: string): void {
  if (isId(id)) want(PAST_PROPOSALS, id);
}

export const noSuchProposal = (id: string): AppError =>
  new AppError("PROPOSAL_NOT_FOUND", `There is no proposal ${id.slice(0, 80)}.`);

export const decidedAlready = (proposalId: string, status: ProposalStatus): AppError =>
  new AppError("PROPOSAL_NOT_WAITING", `The proposal is ${status.toLowerCase()} already.`, {
    proposalId,
  });

/** A proposal of this book that is not decided yet. */
export function requireWaiting(state: BookState, id: string): ProposalState {
  const proposal = state.get(PROPOSAL, id);
  if (proposal?.status === "WAITING") return proposal;
  const status = proposal?.status ?? state.get(PAST, id);
  throw status === undefined ? noSuchProposal(id) : decidedAlready(id, status);
}

export const isMaker = (
  { maker, makerOwner }: Pick<ProposalState, "maker" | "makerOwner">,
  requester: Requester,
): boolean => isSamePerson({ actor: maker, owner: makerOwner ?? undefined }, requester);

interface ProposedLeg {
  readonly accountId: string;
  readonly side: EntrySide;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly dimensions?: EntryDimensions | undefined;
}

interface OfProposal {
  readonly proposalId: string;
  readonly fundId: string;
}

/** Of a posting or of a sensitive change; a change of the tenant's limits has no fund. */
interface OfDecision {
  readonly proposalId: string;
  readonly fundId: string | null;
}

/** A posting was above the limit: it waits until another person decides on it. */
export interface TransactionProposed extends OfProposal {
  readonly type: "TransactionProposed";
  /** Id of the transaction it will become. */
  readonly transactionId: string;
  readonly maker: string;
  /** Who owns the API client that was the maker, where that is known. */
  readonly makerOwner: string | undefined;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly totals: readonly ProposedTotal[];
  /** Its entries as they would have been posted then. */
  readonly legs: readonly ProposedLeg[];
  /** The command as JSON; the slice it belongs to reads it back. */
  readonly command: ProposedCommand;
  /** Version of the command's form; 1 when absent. */
  readonly schema?: number | undefined;
  /** How many people have to approve; one when absent. */
  readonly approvers?: number | undefined;
  /** Position of the tenant's own book by whose limits it waits; absent while the tenant has none. */
  readonly limitsAt?: number | undefined;
  /** One of those who approve has to be an administrator. */
  readonly needsAdministrator?: true | undefined;
}

type ProposedCommand = TransactionProposedPayload["command"];

/** Who decided. */
interface Decision extends OfDecision, OfDecider {}

/** An approval: by an administrator, where one of those who approve has to be one. */
interface Approval extends Decision {
  readonly byAdministrator?: true;
}

/** Another person approved; what it posts follows in the book. */
export interface ProposalApproved extends Approval {
  readonly type: "ProposalApproved";
  /** Null when there was nothing left to post. */
  readonly transactionId: string | null;
}

/** One of several that are needed approved; it goes on waiting for the others. */
export interface ApprovalGiven extends Approval {
  readonly type: "ApprovalGiven";
}

/** Who may not approve tried to: its maker, or another name of the same person. It goes on waiting. */
export interface ApprovalRefused extends Decision {
  readonly type: "ApprovalRefused";
  readonly isMaker: boolean;
  /**
   * Of another person: the same one approved before, limits changed and now demand more approvers, what it would
   * change is no longer what it showed, or an administrator has to approve it.
   */
  readonly reason?: "APPROVED_BEFORE" | "LIMIT_CHANGED" | "CHANGED_SINCE" | "NO_ADMINISTRATOR";
  /** With LIMIT_CHANGED: how many people have to approve from now on; approvals of before count no longer. */
  readonly approvers?: number;
}

/** Another person refused. */
export interface ProposalRejected extends Decision {
  readonly type: "ProposalRejected";
  readonly reason: string;
}

/** Its maker took it back. */
export interface ProposalWithdrawn extends Decision {
  readonly type: "ProposalWithdrawn";
}

export type ProposalEvent =
  | TransactionProposed
  | ProposalApproved
  | ApprovalGiven
  | ApprovalRefused
  | ProposalRejected
  | ProposalWithdrawn;

/** The command to post what was proposed. */
export interface ApproveProposal extends OfDecision {
  readonly kind: "ApproveProposal";
  /** What was proposed, as its event has it. */
  readonly proposed: {
    readonly command: ProposedCommand;
    readonly schema?: number | undefined;
    readonly totals: readonly Omit<ProposedTotal, "limitMinor">[];
    /** Of a sensitive change: what it showed that it takes the place of. */
    readonly before?: string | null | undefined;
  };
}

/** The command never to post what was proposed. */
export interface RejectProposal extends OfDecision {
  readonly kind: "RejectProposal";
  readonly reason: string;
}

/** The maker's command to take a proposal back. */
export interface WithdrawProposal extends OfDecision {
  readonly kind: "WithdrawProposal";
}

export type ProposalCommand = ApproveProposal | RejectProposal | WithdrawProposal;

/**
 * What a posting command leads to: its events, or, when they debit more than a limit allows to one
 * person, close a year or were only proposed, nothing but a proposal. Whatever else it would have done, such as using up a hold, waits too.
 */
export function requireApproval(
  command: Command,
  events: readonly DomainEvent[],
  state: BookState,
  requester: Requester,
  now: Date,
  schema: number,
): readonly DomainEvent[] {
  const posted = postedAmong(events);
  if (posted === undefined) return events;
  const mustWait =
    posted.source.kind === "CLOSING" || awaitsApproval(command) || mayNotReopenAlone(posted, state);
  if (!mustWait && hasNoLimits(state)) return events;
  const person = countsForDay(posted) ? personOf(requester) : undefined;
  const judged = { state, tenant: state.tenant, person, day: dayAt(state, now) };
  const trades = tradesAmong(events);
  if (person !== undefined && trades.length > 1) {
    return requireWithin({ ...judged, person }, events, trades);
  }
  const totals = judge(judged, posted);
  if (!mustWait && totals.every(isWithin)) {
    return person === undefined ? events : withPerson({ ...judged, person }, events);
  }
  const approvers = approversFor(judged, posted);
  const proposed = propose(command, posted, { totals, approvers, schema }, requester);
  const { proposalId } = proposed;
  if (state.get(PROPOSAL, proposalId) !== undefined || state.get(PAST, proposalId) !== undefined) {
    throw proposedAlready();
  }
  return [proposed];
}

/** Reopening a year loosens a control, as reopening a period does. */
const mayNotReopenAlone = ({ source }: TransactionPosted, state: BookState): boolean =>
  source.kind === "REOPENING" &&
  (source.secondAdministrator === true || guardsChanges({ state, tenant: state.tenant }));

const awaitsApproval = (command: Command | PostTransaction): boolean =>
  command.kind === "PostTransaction" &&
  "awaitsApproval" in command &&
  command.awaitsApproval === true;

export const postedAmong = (events: readonly DomainEvent[]): TransactionPosted | undefined =>
  events.find((event) => event.type === "TransactionPosted") as TransactionPosted | undefined;

export const proposalIdOf = (transactionId: string): string =>
  uuidOfText(`proposal ${transactionId}`);

/** A client that chooses the id of a transaction may propose it once. */
export const proposedAlready = (): AppError =>
  new AppError("ALREADY_EXISTS", "A transaction with this id was proposed already.");

interface Demanded {
  readonly approvers: number;
  readonly schema: number;
}

function propose(
  command: Command,
  posted: TransactionPosted,
  { totals, approvers, schema }: Pick<TransactionProposed, "totals"> & Demanded,
  { actor, owner }: Requester,
): TransactionProposed {
  const { transactionId, fundId, effectiveDate, description, reference, entries, limitsAt } =
    posted;
  const { source } = posted;
  return {
    type: "TransactionProposed",
    // Follows from the command, so that deciding it once more leads to the same proposal.
    proposalId: proposalIdOf(transactionId),
    fundId,
    transactionId,
    maker: actor,
    makerOwner: owner,
    effectiveDate,
    description,
    reference,
    totals,
    legs: entries.map(({ balanceAfterMinor: _after, ...leg }) => leg),
    command: commandToJson(command),
    ...(schema === 1 ? {} : { schema }),
    ...(approvers === 1 ? {} : { approvers }),
    ...(limitsAt === undefined ? {} : { limitsAt }),
    ...(source.kind === "REOPENING" && source.secondAdministrator === true
      ? { needsAdministrator: true as const }
      : {}),
  };
}

/** A command as JSON keeps it: what is absent is left out, minor units become text. */
function commandToJson(command: Command): ProposedCommand {
  const plain = JSON.stringify(command, (_name, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  return JSON.parse(plain) as ProposedCommand;
}

/** A change of the tenant's limits is decided in the tenant's own book, which has no fund. */
export function requireBook(state: BookState, fundId: string | null): void {
  if (fundId !== null) requireFund(state, fundId);
}

export function decideRejectProposal(
  { fundId, proposalId, reason }: RejectProposal,
  state: BookState,
  requester: Requester,
): [ProposalRejected] {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireBook(state, fundId);
  if (isMaker(requireWaiting(state, proposalId), requester)) {
    throw new AppError("FORBIDDEN", "It cannot be rejected by its proposer; withdraw it instead.");
  }
  return [{ type: "ProposalRejected", proposalId, fundId, reason, ...ofDecider(requester) }];
}

export function decideWithdrawProposal(
  { fundId, proposalId }: WithdrawProposal,
  state: BookState,
  requester: Requester,
): [ProposalWithdrawn] {
  requireBook(state, fundId);
  if (!isMaker(requireWaiting(state, proposalId), requester)) {
    throw new AppError("FORBIDDEN", "Only its proposer can withdraw it.");
  }
  return [{ type: "ProposalWithdrawn", proposalId, fundId, ...ofDecider(requester) }];
}

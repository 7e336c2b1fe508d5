import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { Command, DomainEvent, EventPlace, Requester } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { dateOrNull, defineTable, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import type { PostTransaction, TransactionPosted } from "../transactions/transaction.ts";
import { hasNoLimits } from "../approval-limits/approval-limit.ts";
import { countsForDay, dayAt, directionOf, WAITING_FILE } from "./day-sum.ts";
import { isSamePerson, ofDecider, personOf } from "./person.ts";
import {
  followsFact,
  judgedAmong,
  postedAmong,
  requireWithin,
  withPerson,
} from "./trade-limits.ts";
import { guardsChanges } from "./sensitive-change.ts";
import type {
  TransactionProposed,
  ProposalRejected,
  ProposalWithdrawn,
  RejectProposal,
  WithdrawProposal,
  ProposedCommand,
} from "./proposal-events.ts";
import {
  approversFor,
  debitsOf,
  importLimitOf,
  isWithin,
  judge,
  type Judged,
} from "./limits-exceeded.ts";

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
  const importing = importingOf(posted, state, requester);
  const judged = { state, tenant: state.tenant, person, importing, day: dayAt(state, now) };
  const facts = judgedAmong(events);
  if (person !== undefined && facts.length > 1) {
    return requireWithin({ ...judged, person }, command, events, facts);
  }
  const totals = judge(judged, posted);
  if (!mustWait && totals.every(isWithin)) {
    if (importing !== undefined) return withImporter(judged, events, posted, importing.person);
    return person === undefined ? events : withPerson({ ...judged, person }, events);
  }
  const approvers = approversFor(judged, posted);
  const proposed = propose(command, posted, { totals, approvers, schema }, requester, state);
  const { proposalId } = proposed;
  if (state.get(PROPOSAL, proposalId) !== undefined || state.get(PAST, proposalId) !== undefined) {
    throw proposedAlready();
  }
  return [proposed];
}

/** Of a line of a bank statement: who imports it. */
function importingOf(
  posted: TransactionPosted,
  state: BookState,
  requester: Requester,
): Judged["importing"] {
  const { source } = posted;
  if (source.kind !== "STATEMENT") return undefined;
  const waits = state.get(WAITING_FILE, source.importId) === true;
  return { person: personOf(requester), direction: directionOf(posted), waits };
}

/** Names the person for whose day a line counts that the limit of imports applies to. */
const withImporter = (
  judged: Judged,
  events: readonly DomainEvent[],
  posted: TransactionPosted,
  countedFor: string,
): readonly DomainEvent[] =>
  debitsOf(posted).every(({ currency }) => importLimitOf(judged, currency) === null)
    ? events
    : events.map((event) => (event === posted ? Object.assign({ countedFor }, event) : event));

/** Reopening a year loosens a control, as reopening a period does. */
const mayNotReopenAlone = ({ source }: TransactionPosted, state: BookState): boolean =>
  source.kind === "REOPENING" &&
  (source.secondAdministrator === true || guardsChanges({ state, tenant: state.tenant }));

const awaitsApproval = (command: Command | PostTransaction): boolean =>
  command.kind === "PostTransaction" &&
  "awaitsApproval" in command &&
  command.awaitsApproval === true;

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
  { head }: BookState,
): TransactionProposed {
  const { transactionId, fundId, effectiveDate, description, reference, entries, limitsAt } =
    posted;
  const { source } = posted;
  return {
    type: "TransactionProposed",
    // Follows from the command, so that deciding it once more leads to the same proposal. A book has one event behind
    // each of its heads.
    proposalId: proposalIdOf(
      followsFact(command) ? `${transactionId} behind ${head.hash}` : transactionId,
    ),
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

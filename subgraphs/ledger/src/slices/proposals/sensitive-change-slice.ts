import { AppError } from "@allfunds/contract/errors";
import type { Command, EventPlace } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, type ReplayContext } from "../../engine/slice.ts";
import { ONLY } from "../../engine/table.ts";
import { liftsOthers, type ApprovalLimitSet } from "../approval-limits/approval-limit.ts";
import type { ProposalApproved } from "./proposal-events.ts";
import { putWaiting } from "./proposal.ts";
import {
  changeOf,
  demandFor,
  requireChangeApproval,
  type ChangeProposed,
  type SensitiveEvent,
} from "./sensitive-change.ts";

/** What was proposed, while it waits for a decision; by proposal. */
const SHOWN = defineBatchRows<ChangeProposed>("proposed changes");

/** The change that was approved last, and where: what it leads to is the next event. */
const APPROVED = defineBatchRows<{ readonly shown: ChangeProposed; readonly position: number }>(
  "approved change",
);

/** Types of changes that the log judges since one of them: those of earlier versions were not judged. */
const ARE_JUDGED = defineBatchRows<true>("judged changes");

/** Whether the version that recorded a change judged it; another version does not follow one that did. */
function isJudged(state: BookState, event: SensitiveEvent): boolean {
  if (isMarked(event)) return true;
  if (state.get(ARE_JUDGED, event.type) !== true) return false;
  throw new AppError("APPROVAL_REQUIRED", `${event.type} was recorded without a look at limits.`);
}

const isMarked = (event: SensitiveEvent): boolean => "lifts" in event || "judged" in event;

const evolveMarked = (draft: BookState, event: SensitiveEvent): void => {
  if (isMarked(event)) draft.put(ARE_JUDGED, event.type, true);
};

/** A limit that lets money pass of which none passed before does not hide it. */
function checkLifted(
  state: BookState,
  event: ApprovalLimitSet,
  tenant: BookState | undefined,
): void {
  if (event.lifts !== false || !liftsOthers(state, event, tenant)) return;
  throw new AppError("APPROVAL_REQUIRED", "A first limit in a currency was set without a look.");
}

function evolveProposed(draft: BookState, event: ChangeProposed, place: EventPlace): void {
  putWaiting(draft, event, place);
  draft.put(SHOWN, event.proposalId, event);
}

function evolveApproved(
  draft: BookState,
  { proposalId }: ProposalApproved,
  { position }: EventPlace,
): void {
  const shown = draft.get(SHOWN, proposalId);
  if (shown !== undefined) draft.put(APPROVED, ONLY, { shown, position });
}

/** What of a change its proposal and its event both name. */
interface Named {
  readonly fundId?: unknown;
  readonly accountId?: unknown;
  readonly periodId?: unknown;
  readonly currency?: unknown;
  readonly per?: unknown;
  readonly approvers?: unknown;
}

const spell = ({ accountId, periodId, per, approvers }: Named, currency: unknown): string =>
  JSON.stringify([accountId ?? null, periodId ?? null, currency, per ?? null, approvers ?? null]);

/** A change is within the limits of changes, or another person approved of just this. */
function checkChange(
  state: BookState,
  event: SensitiveEvent,
  { place, tenantAt }: ReplayContext,
): void {
  // Before there were limits of changes, books took over those of their tenant.
  if (event.type === "ApprovalLimitSet" && event.version !== undefined) return;
  if (!isJudged(state, event) && event.type === "ValueDateLimitsSet") return;
  const tenant = event.limitsAt === undefined ? undefined : tenantAt(event.limitsAt);
  const books = { state, tenant, second: event.secondAdministrator === true };
  const change = changeOf(event, books);
  const approved = state.get(APPROVED, ONLY);
  if (approved?.position === place.position - 1) {
    const { shown } = approved;
    const isShown =
      shown.change === change.change &&
      (shown.after ?? null) === (change.after ?? null) &&
      spell(shown.command as Command & Named, shown.currency ?? null) ===
        spell(event, change.currency ?? null);
    if (isShown) return;
    throw new AppError("APPROVAL_REQUIRED", "What was changed is not what was approved.");
  }
  if (event.type === "ApprovalLimitSet") checkLifted(state, event, tenant);
  if (demandFor(books, change) === undefined) return;
  throw new AppError("APPROVAL_REQUIRED", `${change.description}: it lacks approval.`);
}

const reaction = { check: checkChange };
/** Of what earlier versions did not judge. */
const judgedReaction = { check: checkChange, evolve: evolveMarked };

export const SENSITIVE_CHANGES = defineSlice<never, ChangeProposed>({
  name: "sensitive changes",
  replayed: [SHOWN, APPROVED, ARE_JUDGED],
  review: (command, events, state, requester, _now, schema) =>
    requireChangeApproval(command, events, state, requester, schema),
  commands: {},
  events: {
    ChangeProposed: { codec: codecOf<ChangeProposed>("ChangeProposed"), evolve: evolveProposed },
  },
  reactions: {
    ProposalApproved: { evolve: evolveApproved },
    AccountUnfrozen: reaction,
    AccountFloorSet: reaction,
    PeriodReopened: reaction,
    ApprovalLimitSet: judgedReaction,
    ValueDateLimitsSet: judgedReaction,
  },
});

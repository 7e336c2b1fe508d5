import { AppError } from "@allfunds/contract/errors";
import type { Command, EventPlace } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, type ReplayContext } from "../../engine/slice.ts";
import { ONLY } from "../../engine/table.ts";
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
  if (demandFor(books, change) === undefined) return;
  throw new AppError("APPROVAL_REQUIRED", `${change.description}: it lacks approval.`);
}

const reaction = { check: checkChange };

export const SENSITIVE_CHANGES = defineSlice<never, ChangeProposed>({
  name: "sensitive changes",
  replayed: [SHOWN, APPROVED],
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
    ApprovalLimitSet: reaction,
  },
});

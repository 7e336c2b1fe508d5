import { AppError } from "@allfunds/platform";
import { refusalOfProposal } from "../slices/proposals/proposal-outcome.ts";
import type { Envelope } from "./book-command.ts";
import type { BookState } from "./book-state.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import type { Answer } from "./find-answers.ts";
import {
  recordEvents,
  type BookId,
  type PublishedEvent,
  type RecordedEvent,
} from "./recorded-event.ts";

/** Commands that arrived together; atomic ones are stored all or not at all. */
export interface Submission {
  readonly envelopes: readonly Envelope[];
  readonly atomic: boolean;
}

/** What an accepted command led to. */
export interface Outcome {
  readonly accepted: true;
  readonly events: readonly PublishedEvent[];
  /** The answer is that of an earlier command with the same key; nothing was written. */
  readonly replayed: boolean;
}

/** Why a command was not carried out. */
interface Refusal {
  readonly accepted: false;
  readonly refusal: AppError;
  /** True when an earlier command with the same key led to a proposal, and this is what became of it. */
  readonly replayed?: boolean;
}

export type Verdict = Outcome | Refusal;

export interface DecidedBatch {
  /** One list per submission, one verdict per command, in order. */
  readonly verdicts: readonly (readonly Verdict[])[];
  /** What is to be stored, in book order. */
  readonly recorded: readonly RecordedEvent[];
}

/**
 * Decides the commands of a batch one after the other, each on what the ones before it led to.
 * A refused command leaves no trace. `draft` ends as the state after the batch. Pure but for the draft.
 */
export function decideBatch(
  book: BookId,
  draft: BookState,
  submissions: readonly Submission[],
  stored: ReadonlyMap<string, Answer>,
): DecidedBatch {
  const answers = new Map(stored);
  const recorded: RecordedEvent[] = [];
  const verdicts = submissions.map((submission) => {
    if (!submission.atomic) {
      return submission.envelopes.map((envelope) =>
        decideOne(book, draft, envelope, answers, recorded),
      );
    }
    return decideTogether(book, draft, submission.envelopes, answers, recorded);
  });
  return { verdicts, recorded };
}

function decideTogether(
  book: BookId,
  draft: BookState,
  envelopes: readonly Envelope[],
  answers: Map<string, Answer>,
  recorded: RecordedEvent[],
): Verdict[] {
  const group = draft.fork();
  const groupAnswers = new Map(answers);
  const groupRecorded: RecordedEvent[] = [];
  const verdicts = envelopes.map((envelope) =>
    refuseProposal(decideOne(book, group, envelope, groupAnswers, groupRecorded), false),
  );
  if (verdicts.some(({ accepted }) => !accepted)) return verdicts.map(refuseWithGroup);
  group.mergeIntoParent();
  for (const [key, answer] of groupAnswers) answers.set(key, answer);
  recorded.push(...groupRecorded);
  return verdicts;
}

/** A command that led to a proposal did not do what it was told: to its caller that is a refusal. */
export function refuseProposal(verdict: Verdict, kept = true): Verdict {
  if (!verdict.accepted) return verdict;
  const { events, replayed } = verdict;
  const refusal = refusalOfProposal(events, kept || replayed);
  return refusal === undefined ? verdict : { accepted: false, refusal, replayed };
}

const refuseWithGroup = (verdict: Verdict): Verdict =>
  verdict.accepted && !verdict.replayed
    ? {
        accepted: false,
        refusal: new AppError("BULK_REFUSED", "Not posted, because another item was refused."),
      }
    : verdict;

function decideOne(
  book: BookId,
  draft: BookState,
  envelope: Envelope,
  answers: Map<string, Answer>,
  recorded: RecordedEvent[],
): Verdict {
  const { key, requestHash } = envelope;
  const first = key === undefined ? undefined : answers.get(key);
  if (first !== undefined) return repeat(first, envelope);
  const decision = decide(envelope.command, draft, envelope.now, envelope);
  if (!decision.accepted) return decision;

  const events = recordEvents(book, draft.head, envelope, decision.events);
  for (const event of decision.events) evolve(draft, event);
  const last = events.at(-1);
  if (last === undefined) return { accepted: true, events, replayed: false };
  draft.head = { position: last.position, hash: last.hash, recordedAt: last.recordedAt };
  recorded.push(...events);
  if (key !== undefined && requestHash !== undefined) answers.set(key, { requestHash, events });
  return { accepted: true, events, replayed: false };
}

function repeat(first: Answer, envelope: Envelope): Verdict {
  if (envelope.requestHash !== undefined && first.requestHash.equals(envelope.requestHash)) {
    return { accepted: true, events: first.events, replayed: true };
  }
  return {
    accepted: false,
    refusal: new AppError(
      "IDEMPOTENCY_CONFLICT",
      "This idempotency key was used for another request; use a new one.",
    ),
  };
}

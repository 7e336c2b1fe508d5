import { AppError } from "@allfunds/contract/errors";
import type { BookId, Command, DomainEvent, PublishedEvent, Requester } from "./book.ts";
import { UNRECORDED } from "./book.ts";
import { BookState, GENESIS } from "./book-state.ts";
import { recordEvents, type Envelope, type RecordedEvent } from "./event-log.ts";
import { inTurns } from "./turns.ts";
import { changedSince } from "./unchanged.ts";
import { readStored, type DecisionContext, type Model, type StoredCommand } from "./slice.ts";

export type Decision =
  | { readonly accepted: true; readonly events: readonly DomainEvent[] }
  | { readonly accepted: false; readonly refusal: AppError };

/** For commands whose outcome does not depend on who gives them. */
const ANONYMOUS: Requester = { actor: "" };

/**
 * What a command leads to in a given state at a given time, by whom it is given. Pure: no clock, no ids, no
 * I/O, and the state is left as it was. What time alone leads to comes first: holds that are due expire, so
 * that what they reserved can be used.
 */
export function decide(
  model: Model,
  command: Command,
  state: BookState,
  now: Date,
  requester: Requester = ANONYMOUS,
): Decision {
  try {
    const { draft, events } = expire(model, state, now);
    const led = reviewed(model, command, draft, now, requester);
    return { accepted: true, events: events.length === 0 ? led : [...events, ...led] };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Decision {
  if (error instanceof AppError) return { accepted: false, refusal: error };
  throw error;
}

/** What time alone leads to, and the state behind it. */
function expire(
  model: Model,
  state: BookState,
  now: Date,
): { readonly draft: BookState; readonly events: readonly DomainEvent[] } {
  let draft = state;
  const events: DomainEvent[] = [];
  for (const due of model.due) {
    const expired = due(draft, now);
    if (expired.length === 0) continue;
    if (draft === state) draft = state.fork();
    for (const event of expired) evolve(model, draft, event);
    events.push(...expired);
  }
  return { draft, events };
}

function reviewed(
  model: Model,
  command: Command,
  state: BookState,
  now: Date,
  requester: Requester,
): readonly DomainEvent[] {
  const context = new Deciding(model, state, now, requester);
  const led = model.commandOf(command.kind).decide(command, state, context);
  return review(model, command, led, context);
}

/** What the slices make of the events of a command that may have to wait. */
function review(
  model: Model,
  command: Command,
  led: readonly DomainEvent[],
  { state, now, requester }: Deciding,
): readonly DomainEvent[] {
  const handler = model.commandOf(command.kind);
  if (handler.stored === undefined) return led;
  let events = led;
  const schema = (handler.upgrades?.length ?? 0) + 1;
  for (const look of model.reviews) {
    events = look(command, events, state, requester, now, schema);
  }
  return events;
}

/** A class, because every command has one and few use it. */
class Deciding implements DecisionContext {
  readonly now: Date;
  readonly requester: Requester;
  readonly #model: Model;
  readonly state: BookState;

  constructor(model: Model, state: BookState, now: Date, requester: Requester) {
    this.#model = model;
    this.state = state;
    this.now = now;
    this.requester = requester;
  }

  decideStored(waited: StoredCommand): readonly DomainEvent[] {
    const inner = readStored(this.#model, waited);
    return this.#model.commandOf(inner.kind).decide(inner, this.state, this);
  }
}

/** Folds an event into a draft of the state. */
export function evolve(
  model: Model,
  draft: BookState,
  event: DomainEvent,
  place = UNRECORDED,
): void {
  const handler = model.eventOf(event.type);
  if (handler === undefined) throw new Error(`no slice has the event ${event.type}`);
  handler.evolve(draft, event, place);
}

/** Commands that arrived together; atomic ones are stored all or not at all. */
export interface Submission {
  readonly envelopes: readonly Envelope[];
  readonly atomic: boolean;
  /** Of atomic ones: a command that becomes a proposal is carried out as far as the others care. */
  readonly keepsProposals?: boolean;
  /** Each command is decided on the book as it is, and nothing of what it leads to is recorded. */
  readonly isTrial?: boolean;
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

/** What a command under some key led to. */
export interface Answer {
  readonly requestHash: string;
  readonly events: readonly PublishedEvent[];
}

export interface DecidedBatch {
  /** One list per submission, one verdict per command, in order. */
  readonly verdicts: readonly (readonly Verdict[])[];
  /** What is to be stored, in book order. */
  readonly recorded: readonly RecordedEvent[];
}

/** A batch while it is decided. */
interface OpenBatch {
  readonly model: Model;
  readonly book: BookId;
  readonly draft: BookState;
  readonly answers: Map<string, Answer>;
  readonly recorded: RecordedEvent[];
}

/**
 * Decides the commands of a batch one after the other, each on what the ones before it led to.
 * A refused command leaves no trace. `draft` ends as the state after the batch. Pure but for the draft.
 */
export function decideBatch(
  model: Model,
  book: BookId,
  draft: BookState,
  submissions: readonly Submission[],
  stored: ReadonlyMap<string, Answer>,
): DecidedBatch {
  const deciding = { model, book, draft, answers: new Map(stored), recorded: [] };
  const verdicts = submissions.map((submission) => decideAll(deciding, submission));
  return { verdicts, recorded: deciding.recorded };
}

function decideAll(
  deciding: OpenBatch,
  { envelopes, atomic, keepsProposals = false, isTrial = false }: Submission,
): readonly Verdict[] {
  if (isTrial) return envelopes.map((envelope) => decideOne(forked(deciding), envelope));
  return atomic
    ? decideTogether(deciding, envelopes, keepsProposals)
    : envelopes.map((envelope) => decideOne(deciding, envelope));
}

/** A batch that stands on another, which it leaves as it is. */
const forked = (all: OpenBatch): OpenBatch => ({
  ...all,
  draft: all.draft.fork(),
  answers: new Map(all.answers),
  recorded: [],
});

function decideTogether(
  all: OpenBatch,
  envelopes: readonly Envelope[],
  keepsProposals: boolean,
): Verdict[] {
  const group = forked(all);
  const verdicts = envelopes.map((envelope) => {
    const verdict = decideOne(group, envelope);
    return keepsProposals ? verdict : refuseIfUndone(all.model, verdict, false);
  });
  if (verdicts.some(({ accepted }) => !accepted)) return verdicts.map(refuseWithGroup);
  group.draft.mergeIntoParent();
  for (const [key, answer] of group.answers) all.answers.set(key, answer);
  all.recorded.push(...group.recorded);
  return verdicts;
}

/**
 * A command whose events show that it was not carried out, as a proposal does, is refused to its
 * caller. `kept` is false when those events are not going to be stored.
 */
export function refuseIfUndone(model: Model, verdict: Verdict, kept = true): Verdict {
  if (!verdict.accepted) return verdict;
  const { events, replayed } = verdict;
  for (const refusalOf of model.refusals) {
    const refusal = refusalOf(events, kept || replayed);
    if (refusal !== undefined) return { accepted: false, refusal, replayed };
  }
  return verdict;
}

/** An accepted command of a group of which another was refused. */
export const refuseWithGroup = (verdict: Verdict): Verdict =>
  verdict.accepted && !verdict.replayed
    ? {
        accepted: false,
        refusal: new AppError("BULK_REFUSED", "Not posted, because another item was refused."),
      }
    : verdict;

function decideOne(
  { model, book, draft, answers, recorded }: OpenBatch,
  envelope: Envelope,
): Verdict {
  const { key, requestHash } = envelope;
  const first = key === undefined ? undefined : answers.get(key);
  if (first !== undefined) return repeat(first, envelope, draft);
  const decision = decideConditional(model, draft, envelope);
  if (!decision.accepted) return decision;

  const events = recordEvents(model, book, draft.head, envelope, decision.events);
  if (events.length === 0) return { accepted: true, events, replayed: false };
  for (const event of events) {
    evolve(model, draft, event.event, event);
    draft.end(event);
    recorded.push(event);
  }
  if (key !== undefined && requestHash !== undefined) answers.set(key, { requestHash, events });
  return { accepted: true, events, replayed: false };
}

function decideConditional(model: Model, draft: BookState, envelope: Envelope): Decision {
  const { command, now, unchanged } = envelope;
  const refusal = unchanged === undefined ? undefined : changedSince(draft, unchanged);
  if (refusal !== undefined) return { accepted: false, refusal };
  return decide(model, command, draft, now, envelope);
}

/**
 * The same as `decideBatch`, with pauses within the submission of one command that decides in steps. Nothing else
 * may use the draft meanwhile.
 */
export async function decideInTurns(
  model: Model,
  book: BookId,
  draft: BookState,
  submissions: readonly Submission[],
  stored: ReadonlyMap<string, Answer>,
): Promise<DecidedBatch> {
  const deciding: OpenBatch = { model, book, draft, answers: new Map(stored), recorded: [] };
  const verdicts: (readonly Verdict[])[] = [];
  for (const submission of submissions) {
    const [only, ...others] = submission.envelopes;
    const isLong = only !== undefined && others.length === 0 && takesSteps(model, submission);
    verdicts.push(isLong ? [await decideLong(deciding, only)] : decideAll(deciding, submission));
  }
  return { verdicts, recorded: deciding.recorded };
}

/** True when a command of a submission decides in steps. */
export const takesSteps = (model: Model, { envelopes, isTrial }: Submission): boolean =>
  isTrial !== true &&
  envelopes.some(({ command }) => model.commandOf(command.kind).steps !== undefined);

/** Events that are recorded between two looks at the clock. */
const RECORDED_A_STEP = 16;

async function decideLong(deciding: OpenBatch, envelope: Envelope): Promise<Verdict> {
  const { model, book, draft, answers } = deciding;
  const { key, requestHash } = envelope;
  const first = key === undefined ? undefined : answers.get(key);
  if (first !== undefined) return repeat(first, envelope, draft);
  const decision = await inTurns(decideSteps(model, envelope, draft));
  if (!decision.accepted) return decision;
  const events = await inTurns(recordSteps({ model, book, draft }, envelope, decision.events));
  if (events.length === 0) return { accepted: true, events, replayed: false };
  for (const event of events) deciding.recorded.push(event);
  if (key !== undefined && requestHash !== undefined) answers.set(key, { requestHash, events });
  return { accepted: true, events, replayed: false };
}

function* decideSteps(
  model: Model,
  { command, now, unchanged, ...requester }: Envelope,
  state: BookState,
): Generator<void, Decision> {
  const refusal = unchanged === undefined ? undefined : changedSince(state, unchanged);
  if (refusal !== undefined) return { accepted: false, refusal };
  try {
    const { draft, events } = expire(model, state, now);
    const context = new Deciding(model, draft, now, requester);
    const { decide: decideAtOnce, steps } = model.commandOf(command.kind);
    const led =
      steps === undefined
        ? decideAtOnce(command, draft, context)
        : yield* steps(command, draft, context);
    return { accepted: true, events: [...events, ...review(model, command, led, context)] };
  } catch (error) {
    return refused(error);
  }
}

function* recordSteps(
  { model, book, draft }: Pick<OpenBatch, "model" | "book" | "draft">,
  envelope: Envelope,
  events: readonly DomainEvent[],
): Generator<void, RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  for (let before = 0; before < events.length; before += RECORDED_A_STEP) {
    const some = events.slice(before, before + RECORDED_A_STEP);
    const place = { before, of: events.length };
    for (const event of recordEvents(model, book, draft.head, envelope, some, place)) {
      evolve(model, draft, event.event, event);
      draft.end(event);
      recorded.push(event);
    }
    yield;
  }
  return recorded;
}

/** What a command is answered whose key led to an answer before. */
export function repeat(first: Answer, envelope: Envelope, draft: BookState): Verdict {
  const { unchanged } = envelope;
  const changed = unchanged?.evenRepeats === true ? changedSince(draft, unchanged) : undefined;
  if (changed !== undefined) return { accepted: false, refusal: changed };
  if (first.requestHash === envelope.requestHash) {
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

/**
 * What commands to a book that the caller may not see are answered: word for word what a book that
 * does not exist would answer. Nothing is read or stored for it.
 */
export function answerAsAbsent(
  model: Model,
  book: BookId,
  submission: Submission,
): readonly Verdict[] {
  const absent = new BookState(GENESIS);
  const [verdicts = []] = decideBatch(model, book, absent, [submission], new Map()).verdicts;
  if (verdicts.some(({ accepted }) => accepted)) {
    throw new Error(`a command to ${book.bookId} was accepted though it may not be seen`);
  }
  return verdicts;
}

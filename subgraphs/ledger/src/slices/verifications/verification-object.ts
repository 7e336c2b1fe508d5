import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { JOB_STATES, type Job, type JobState } from "@allfunds/platform/jobs";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { FAULT_KINDS, type Fault, type FaultKind } from "../../engine/replay.ts";
import { ActorObject, toActor } from "../../graph/shared-types.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import type { VerificationRequest, VerificationResult, VerifiedBook } from "./verification.ts";

registerEnumType(JOB_STATES, {
  name: "JobState",
  description:
    "WAITING for its turn; RUNNING; SUCCEEDED with a result; FAILED with an error; CANCELLED on request. The last three are final.",
});

registerEnumType(FAULT_KINDS, {
  name: "BookFaultCode",
  description:
    "CHANGED, MISSING, REORDERED or INSERTED events; a RULE that an event breaks; a ROW that does not follow from the events; the HEAD, the book's record of its own end.",
});

@RequiresScopes("audit:read")
@ObjectType("VerificationProgress", { description: "How far a verification is, in events." })
class VerificationProgressObject {
  @Field(() => SafeIntScalar, {
    description: "Events that were replayed, over all of its books. Begins anew when the job does.",
  })
  position!: number;

  @Field(() => SafeIntScalar, {
    description: "Events there were in all of its books when it began; 0 until it has begun.",
  })
  end!: number;
}

@RequiresScopes("audit:read")
@ObjectType("BookFault", { description: "The first place where a book is not what it has to be." })
class BookFaultObject {
  @Field(() => SafeIntScalar, { description: "Position of the first event that is at fault." })
  position!: number;

  @Field(() => String, {
    description:
      "CHANGED, MISSING, REORDERED or INSERTED events; a RULE that an event breaks; a ROW that does not follow from the events; the HEAD, the book's record of its own end.",
  })
  kind!: string;

  @Field(() => FAULT_KINDS, { description: "The same as `kind`, as an enum." })
  code!: FaultKind;

  @Field(() => String, {
    description: "What is wrong, in a sentence for the person who investigates.",
  })
  what!: string;
}

@RequiresScopes("audit:read")
@ObjectType("VerifiedBook", { description: "What a verification found in one book." })
export class VerifiedBookObject {
  @Field(() => ID, { description: "UUID of the book: of its fund, or of the tenant's own book." })
  bookId!: string;

  @Field(() => Boolean, {
    description: "Whether chain, rules and every row that follows from the events hold.",
  })
  sound!: boolean;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Position of its last event; null when it is not sound.",
  })
  position!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Hexadecimal SHA-256 of its last event, to be noted outside the system; null when it is not sound.",
  })
  hash!: string | null;

  @Field(() => BookFaultObject, { nullable: true, description: "Null when it is sound." })
  fault!: BookFaultObject | null;
}

@RequiresScopes("audit:read")
@ObjectType("JobError", { description: "Why a job failed." })
class JobErrorObject {
  @Field(() => String, { description: "One of the stable error codes." })
  code!: string;

  @Field(() => String, { description: "The same in a sentence." })
  message!: string;
}

@RequiresScopes("audit:read")
@ObjectType("VerificationJob", {
  description: "The replay of books from their events, as a job. It is kept for 30 days.",
})
export class VerificationJobObject {
  @Field(() => ID, { description: "UUID of the job." })
  id!: string;

  @Field(() => JOB_STATES, {
    description: "Where it is. A verification that found a fault has SUCCEEDED: look at `books`.",
  })
  state!: JobState;

  @Field(() => Boolean, {
    description: "Whether it trusts what earlier verifications found and replays what came since.",
  })
  sinceCheckpoint!: boolean;

  @Field(() => String, { description: "Who requested it: the id of a user or of an API client." })
  requestedBy!: string;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  requester!: ActorObject;

  @Field(() => DateTimeScalar, { description: "When it was requested." })
  requestedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was begun first; null while it waits.",
  })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it succeeded, failed or was cancelled; null before.",
  })
  finishedAt!: Date | null;

  @Field(() => VerificationProgressObject, { description: "How far it is; a second old at most." })
  progress!: VerificationProgressObject;

  // Most tenants have few funds; a larger answer costs its client what it really holds, afterwards.
  @Directive("@listSize(assumedSize: 8)")
  @Field(() => [VerifiedBookObject], {
    description: "What was found, book by book; while it runs, in those that are done.",
  })
  books!: readonly VerifiedBookObject[];

  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether every place of the feed follows from the books. Null when it was not looked at: before the end, and for one fund.",
  })
  feedSound!: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "What is wrong with the feed, in a sentence; null when nothing was found.",
  })
  feedFault!: string | null;

  @Field(() => JobErrorObject, { nullable: true, description: "Of a FAILED job: why." })
  error!: JobErrorObject | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string | null;
}

export const VerificationJobConnection = connectionType("VerificationJob", VerificationJobObject);

const toFault = (fault: Fault): BookFaultObject => ({ ...fault, code: fault.kind });

const toVerifiedBook = ({ fault, ...book }: VerifiedBook): VerifiedBookObject =>
  Object.assign(new VerifiedBookObject(), book, { fault: fault === null ? null : toFault(fault) });

const NOTHING_YET: VerificationResult = { books: [], feedSound: null, feedFault: null };

export function toVerificationObject(job: Job, replayed = false): VerificationJobObject {
  const { sinceCheckpoint } = job.payload as VerificationRequest;
  const { books, feedSound, feedFault } = (job.result ?? NOTHING_YET) as VerificationResult;
  return Object.assign(new VerificationJobObject(), {
    id: job.id,
    state: job.state,
    sinceCheckpoint,
    requestedBy: job.requestedBy,
    requester: toActor(job.requestedBy),
    requestedAt: job.requestedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    progress: { position: job.progress.done, end: job.progress.total },
    books: books.map(toVerifiedBook),
    feedSound,
    feedFault,
    error: job.error,
    replayed,
    fundId: job.fundId,
  });
}

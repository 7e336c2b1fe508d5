import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Job, JobProgress } from "@allfunds/platform/jobs";
import { jobFields, JobObject, JobProgressObject } from "@allfunds/platform/jobs/graphql";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { FAULT_KINDS, type Fault, type FaultKind } from "../../engine/replay.ts";
import { ActorObject, toActor } from "../../graph/shared-types.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import type { VerificationRequest, VerificationResult, VerifiedBook } from "./verification.ts";

registerEnumType(FAULT_KINDS, {
  name: "BookFaultCode",
  description:
    "CHANGED, MISSING, REORDERED or INSERTED events; a RULE that an event breaks; a ROW that does not follow from the events; the HEAD, the book's record of its own end.",
});

@ObjectType("VerificationProgress", {
  implements: JobProgressObject,
  description: "How far a verification is, in events.",
})
class VerificationProgressObject extends JobProgressObject {
  @Field(() => SafeIntScalar, {
    description: "Events that were replayed, over all of its books. Begins anew when the job does.",
    deprecationReason: "Use `done`, which every job has. Removal: 2027-06-30.",
  })
  position!: number;

  @Field(() => SafeIntScalar, {
    description: "Events there were in all of its books when it began; 0 until it has begun.",
    deprecationReason: "Use `total`, which every job has. Removal: 2027-06-30.",
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

// Without a rule of its own: composition would copy it to the interface and so to every other kind of job.
@ObjectType("VerificationJob", {
  implements: JobObject,
  description:
    "The replay of books from their events, as a job. One that found a fault has SUCCEEDED: look at `books`.",
})
export class VerificationJobObject extends JobObject {
  @Field(() => Boolean, {
    description: "Whether it trusts what earlier verifications found and replays what came since.",
  })
  sinceCheckpoint!: boolean;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  requester!: ActorObject;

  @Field(() => VerificationProgressObject, { description: "How far it is; a second old at most." })
  override progress = new VerificationProgressObject();

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

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string | null;
}

export const VerificationJobConnection = connectionType("VerificationJob", VerificationJobObject);

const toFault = (fault: Fault): BookFaultObject => ({ ...fault, code: fault.kind });

const toVerifiedBook = ({ fault, ...book }: VerifiedBook): VerifiedBookObject =>
  Object.assign(new VerifiedBookObject(), book, { fault: fault === null ? null : toFault(fault) });

const NOTHING_YET: VerificationResult = { books: [], feedSound: null, feedFault: null };

const toProgress = ({ done, total }: JobProgress): VerificationProgressObject =>
  Object.assign(new VerificationProgressObject(), { done, total, position: done, end: total });

export function toVerificationObject(job: Job, replayed = false): VerificationJobObject {
  const { sinceCheckpoint } = job.payload as VerificationRequest;
  const { books, feedSound, feedFault } = (job.result ?? NOTHING_YET) as VerificationResult;
  return Object.assign(new VerificationJobObject(), {
    ...jobFields(job),
    sinceCheckpoint,
    requester: toActor(job.requestedBy),
    progress: toProgress(job.progress),
    books: books.map(toVerifiedBook),
    feedSound,
    feedFault,
    replayed,
    fundId: job.bookId,
  });
}

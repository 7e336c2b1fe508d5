import "reflect-metadata";
import { Directive, Field, ID, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { DateTimeScalar, SafeIntScalar } from "../graphql/scalars.ts";
import { JOB_STATES, type Job, type JobFailure, type JobState } from "./job-table.ts";

/*
 * The types of a job in the graph. Every subgraph with jobs has the same `Job`; each kind is an object type
 * that implements it, with what was requested and its result. Such a type has no access rule of its own,
 * because composition copies it to the interface; the fields that return jobs have one.
 */

registerEnumType(JOB_STATES, {
  name: "JobState",
  description:
    "WAITING for its turn; RUNNING; SUCCEEDED with a result; FAILED with an error; CANCELLED on request. The last three are final.",
});

@Directive("@shareable")
@ObjectType("JobError", { description: "Why a job failed." })
export class JobErrorObject {
  @Field(() => String, { description: "One of the stable error codes." })
  code!: string;

  @Field(() => String, { description: "The same in a sentence." })
  message!: string;
}

@InterfaceType("JobProgress", {
  description: "How far a job is, in units of its kind.",
  // A schema has the kinds that it names, not those of other subgraphs in the same process.
  autoRegisterImplementations: false,
})
export class JobProgressObject {
  @Field(() => SafeIntScalar, {
    description: "Units that are done. Begins anew when the job does.",
  })
  done!: number;

  @Field(() => SafeIntScalar, { description: "Units in all; 0 until that is known." })
  total!: number;
}

@Directive("@shareable")
@ObjectType("WorkProgress", {
  implements: JobProgressObject,
  description: "How far a job is, in units of its kind.",
})
export class WorkProgressObject extends JobProgressObject {}

@InterfaceType("Job", {
  description:
    "Work that outlives its request. It is kept for 30 days. When its instance dies, another runs it again.",
  autoRegisterImplementations: false,
})
export class JobObject {
  @Field(() => ID, { description: "UUID of the job." })
  id!: string;

  @Field(() => String, { description: "What kind of work it is, such as `verification`." })
  kind!: string;

  @Field(() => JOB_STATES, { description: "Where it is." })
  state!: JobState;

  @Field(() => JobProgressObject, { description: "How far it is; a second old at most." })
  progress!: JobProgressObject;

  @Field(() => JobErrorObject, { nullable: true, description: "Of a FAILED job: why." })
  error!: JobFailure | null;

  @Field(() => String, { description: "Who requested it: the id of a user or of an API client." })
  requestedBy!: string;

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
}

/** The fields of `Job` of a stored job; its kind adds its own. */
export const jobFields = (job: Job): Pick<JobObject, keyof JobObject> => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  progress: Object.assign(new WorkProgressObject(), job.progress),
  error: job.error,
  requestedBy: job.requestedBy,
  requestedAt: job.requestedAt,
  startedAt: job.startedAt,
  finishedAt: job.finishedAt,
});

import type { Job } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import { Field, ObjectType } from "type-graphql";
import type { AnalysisPayload } from "./analysis-job.ts";
import { AnalysisObject, type AnalysisResultObject } from "./analysis-types.ts";

@ObjectType("AnalysisJob", {
  implements: JobObject,
  description: "An analysis of many texts and transactions; its progress is in these.",
})
export class AnalysisJobObject extends JobObject {
  @Field(() => Boolean, {
    description: "Whether an earlier request with the same key made this job.",
  })
  replayed!: boolean;

  @Field(() => AnalysisObject, { nullable: true, description: "Null until it has SUCCEEDED." })
  analysis!: AnalysisObject | null;
}

/** A job of the kind as clients see it. */
export function toAnalysisJob(job: Job, replayed: boolean): AnalysisJobObject {
  const { kind } = job.payload as AnalysisPayload;
  const results = job.result as AnalysisResultObject[];
  return Object.assign(new AnalysisJobObject(), jobFields(job), {
    replayed,
    analysis: job.state === "SUCCEEDED" ? { kind, results } : null,
  });
}

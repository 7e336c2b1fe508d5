import { z } from "zod";
import { id, instant } from "../endpoint/scalars.ts";
import type { JobFieldsFragment } from "../graph/graph-types.generated.ts";

export const job = z
  .object({
    id: id("The job."),
    kind: z.string().meta({ description: "What kind of work it is, such as `verification`." }),
    state: z
      .enum(["WAITING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"])
      .meta({ description: "Where it is. The last three are final." }),
    progress: z
      .object({
        done: z.int().meta({ description: "Units that are done." }),
        total: z.int().meta({ description: "Units in all; 0 until that is known." }),
      })
      .meta({ description: "How far it is, in units of its kind; a second old at most." }),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: "Of a FAILED job: why." }),
    requestedBy: z.string().meta({ description: "Id of the user or API client." }),
    requestedAt: instant("When it was requested."),
    startedAt: instant("When it was begun first; null while it waits.").nullable(),
    finishedAt: instant("When it succeeded, failed or was cancelled; null before.").nullable(),
    result: z.record(z.string(), z.unknown()).nullable().meta({
      description: "What came of it, by its kind; null before there is something to show.",
    }),
  })
  .meta({ id: "Job", description: "Work that outlives its request. It is kept for 30 days." });
type Job = z.output<typeof job>;

export const toJob = (
  { id, kind, state, progress, error, ...rest }: JobFieldsFragment,
  result: Job["result"],
): Job => ({
  id,
  kind,
  state,
  progress,
  error,
  requestedBy: rest.requestedBy,
  requestedAt: rest.requestedAt,
  startedAt: rest.startedAt,
  finishedAt: rest.finishedAt,
  result,
});

/** The address of a job: the Location of a request whose work takes longer. */
export const jobLocation = (jobId: string): string => `/api/v1/jobs/${jobId}`;

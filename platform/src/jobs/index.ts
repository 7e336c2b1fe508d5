export { installQueue, Jobs, type JobPort, type JobsOptions } from "./jobs.ts";
export { defineJobKind, Postponed, type JobKind, type JobRun } from "./job-kind.ts";
export type { JobQueues, QueuePort } from "./job-queue.ts";
export { JobUpdates } from "./job-updates.ts";
export { JobWatch, type JobWatchOptions } from "./job-watch.ts";
export {
  isFinal,
  JOB_STATES,
  jobMigrations,
  type Job,
  type JobFailure,
  type JobProgress,
  type JobState,
} from "./job-table.ts";
export { jobCursor, readJob, readJobPage } from "./read-jobs.ts";
export { requestJobOnce, type JobRequest, type RequestedJob } from "./request-job.ts";
export { TenantJobs, type ShownJobKind } from "./tenant-jobs.ts";

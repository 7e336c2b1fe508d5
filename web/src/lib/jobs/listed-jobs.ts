import type { JobState } from "../graph/graph-types.generated.ts";
import type { Viewer } from "../session/viewer.ts";
import type { Obstacle } from "../statements/obstacles.ts";

/** The part of the graph that a job runs in. */
export type JobPart = "ledger" | "analytics" | "metrics";
export const JOB_PARTS = ["ledger", "analytics", "metrics"] as const satisfies readonly JobPart[];

export const isJobPart = (text: string): text is JobPart => JOB_PARTS.some((part) => part === text);

/** What the page lists of a job of any kind. */
export interface JobFields {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly progress: { readonly done: number; readonly total: number };
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
}

/** A job with the part it runs in, and the page that shows what it is for. */
export interface ListedJob extends JobFields {
  readonly part: JobPart;
  readonly href: string | undefined;
  /** What made it fail, one by one. */
  readonly faults: readonly Obstacle[];
}

/** Kinds of jobs that have a name for people; others are shown as they are. */
export const NAMED_KINDS = [
  "analysis",
  "answer",
  "categorisation",
  "category-rule-run",
  "journals",
  "price-import",
  "recategorisation",
  "simulation",
  "statement-import",
  "statement-undo",
  "verification",
] as const;

export const isNamedKind = (kind: string): kind is (typeof NAMED_KINDS)[number] =>
  NAMED_KINDS.some((named) => named === kind);

export const isUnfinished = ({ state }: Pick<JobFields, "state">): boolean =>
  state === "WAITING" || state === "RUNNING";

const CANCELLERS = {
  ledger: "verify",
  analytics: "ask",
  metrics: "simulate",
} as const satisfies Record<JobPart, keyof Viewer["may"]>;

/** Jobs of the books that change them, which those may end who may post. */
const POSTING_KINDS = ["statement-import", "statement-undo"] as const;
type PostingKind = (typeof POSTING_KINDS)[number];

export const isPostingKind = (kind: string): kind is PostingKind =>
  POSTING_KINDS.some((posting) => posting === kind);

/** Whether a person may end a job. */
export const mayCancel = (
  { part, kind }: Pick<ListedJob, "part" | "kind">,
  may: Viewer["may"],
): boolean => may[part === "ledger" && isPostingKind(kind) ? "post" : CANCELLERS[part]];

/** Unfinished jobs first, and the newest first of each. */
export function inOrder(jobs: readonly ListedJob[]): ListedJob[] {
  return jobs.toSorted(
    (one, other) =>
      Number(isUnfinished(other)) - Number(isUnfinished(one)) ||
      other.requestedAt.localeCompare(one.requestedAt),
  );
}

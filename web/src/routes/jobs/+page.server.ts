import { textOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  AnalyticsJobsDocument,
  CancelAnalyticsJobDocument,
  CancelMetricsJobDocument,
  CancelStatementImportDocument,
  CancelStatementUndoDocument,
  CancelVerificationDocument,
  JobQueuesDocument,
  MetricsJobsDocument,
  RedriveAnalyticsJobDocument,
  RedriveLedgerJobDocument,
  RedriveMetricsJobDocument,
  StatementJobsDocument,
  VerificationsDocument,
} from "#lib/graph/graph-types.generated.ts";
import {
  inOrder,
  isJobPart,
  isPostingKind,
  type JobFields,
  type JobPart,
  type ListedJob,
} from "#lib/jobs/listed-jobs.ts";
import type { Violation } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { inReaderWords } from "#lib/server/graph/reader-words.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { obstaclesOf } from "#lib/statements/obstacles.ts";
import type { Actions, PageServerLoad } from "./$types";

/** Jobs of each part that are listed. */
const LISTED = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const may = locals.session?.viewer.may;
  const [analytics, metrics, statements, verifications, queues] = await Promise.all([
    query(AnalyticsJobsDocument, { first: LISTED }),
    query(MetricsJobsDocument, { first: LISTED }),
    query(StatementJobsDocument, { first: LISTED }),
    may?.audit ? query(VerificationsDocument, { first: LISTED }) : undefined,
    may?.administer ? query(JobQueuesDocument, { first: LISTED }) : undefined,
  ]);
  const jobs: ListedJob[] = [
    ...(analytics.data?.analyticsJobs.nodes ?? []).map((job) => listed("analytics", job)),
    ...(metrics.data?.metricsJobs.nodes ?? []).map((job) =>
      listed("metrics", job, { href: simulationOf(job) }),
    ),
    ...(statements.data?.statementImportJobs.nodes ?? []).map((job) =>
      listed("ledger", job, statementOf(job, job.faults)),
    ),
    ...(statements.data?.statementUndoJobs.nodes ?? []).map((job) =>
      listed("ledger", job, statementOf(job, job.obstacles)),
    ),
    ...(verifications?.data?.verifications.nodes ?? []).map((job) => listed("ledger", job)),
  ];
  const of = queues?.data;
  return {
    jobs: inOrder(jobs),
    most: LISTED,
    problems: [analytics, metrics, statements, verifications].flatMap(
      (answer) => answer?.problems ?? [],
    ),
    queues: of && {
      ledger: { queues: of.ledgerJobQueues, failed: of.ledgerFailedJobs.nodes.map(worded) },
      analytics: {
        queues: of.analyticsJobQueues,
        failed: of.analyticsFailedJobs.nodes.map(worded),
      },
      metrics: { queues: of.metricsJobQueues, failed: of.metricsFailedJobs.nodes.map(worded) },
    },
    queueProblems: queues?.problems ?? [],
    done: url.searchParams.get("done"),
  };
};

const worded = <Job extends Pick<JobFields, "error">>(job: Job): Job => ({
  ...job,
  error: inReaderWords(job.error),
});

type More = Partial<Pick<ListedJob, "href" | "faults">>;

const listed = (
  part: JobPart,
  { id, kind, state, progress, error, requestedAt, finishedAt }: JobFields,
  { href, faults = [] }: More = {},
): ListedJob => ({
  id,
  kind,
  state,
  progress,
  error: inReaderWords(error),
  requestedAt,
  finishedAt,
  part,
  href,
  faults,
});

interface OfStatement {
  readonly statement: { readonly id: string; readonly account: { readonly id: string } } | null;
}

/** The statement that a job imports or undoes, and what is wrong with it. */
const statementOf = ({ statement }: OfStatement, faults: readonly Violation[]): More => ({
  href:
    statement === null ? undefined : `/accounts/${statement.account.id}/statements/${statement.id}`,
  faults: obstaclesOf(faults),
});

interface MaybeSimulation {
  readonly id: string;
  readonly assumptions?: { readonly assets: readonly { readonly fundId: string | null }[] };
}

function simulationOf({ id, assumptions }: MaybeSimulation): string | undefined {
  const fundId = assumptions?.assets.find((asset) => asset.fundId !== null)?.fundId;
  return fundId ? `/funds/${fundId}/simulate?job=${id}` : undefined;
}

const CANCEL = {
  ledger: (id: string) => mutate(CancelVerificationDocument, { id }),
  analytics: (id: string) => mutate(CancelAnalyticsJobDocument, { id }),
  metrics: (id: string) => mutate(CancelMetricsJobDocument, { id }),
} as const;
const CANCEL_POSTING = {
  "statement-import": (jobId: string) => mutate(CancelStatementImportDocument, { jobId }),
  "statement-undo": (jobId: string) => mutate(CancelStatementUndoDocument, { jobId }),
} as const;
const REDRIVE = {
  ledger: (id: string) => mutate(RedriveLedgerJobDocument, { id }),
  analytics: (id: string) => mutate(RedriveAnalyticsJobDocument, { id }),
  metrics: (id: string) => mutate(RedriveMetricsJobDocument, { id }),
} as const;

/** The form was changed on its way. */
const unreadable = () => ({ code: "INVALID_INPUT", message: readerMessages()("refused.reload") });

export const actions: Actions = {
  cancel: async ({ request }) => {
    const form = await request.formData();
    const [id, part] = [textOf(form, "id"), textOf(form, "part")];
    if (!isJobPart(part)) return refuse("cancel", form, [unreadable()], id);
    const kind = textOf(form, "kind");
    const answer =
      part === "ledger" && isPostingKind(kind)
        ? await CANCEL_POSTING[kind](id)
        : await CANCEL[part](id);
    return settle("cancel", form, answer, "/jobs?done=cancelled", id);
  },
  redrive: async ({ request }) => {
    const form = await request.formData();
    const [id, part] = [textOf(form, "id"), textOf(form, "part")];
    if (!isJobPart(part)) return refuse("redrive", form, [unreadable()], id);
    const answer = await REDRIVE[part](id);
    return settle("redrive", form, answer, "/jobs?done=redriven", id);
  },
};

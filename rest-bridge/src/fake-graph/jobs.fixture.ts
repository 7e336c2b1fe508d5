import { AppError } from "@allfunds/contract/errors";
import type {
  AnalysisJob,
  AnalyzeInput,
  AnswerJob,
  AskInput,
  FakeValue,
  SimulationJob,
  StartSimulationInput,
  VerificationJob,
} from "@allfunds/graph-tools/fake-graph";
import { analyze, ask } from "./analytics.fixture.ts";
import { FUND } from "./sample-values.fixture.ts";

export const METRICS_JOB = "018f0000-0000-7000-8000-00000000a001";
export const VERIFICATION_JOB = "018f0000-0000-7000-8000-00000000a002";

export const ANALYTICS_JOB = "018f0000-0000-7000-8000-00000000a003";

type FakeJob = FakeValue<
  VerificationJob & Pick<AnalysisJob, "analysis"> & Pick<AnswerJob, "answer">
>;

const newJob = (id: string, kind: string): FakeJob => ({
  id,
  kind,
  state: "RUNNING",
  progress: { done: 5, total: 10 },
  requestedBy: "maker",
  requestedAt: "2026-06-30T12:00:00.000Z",
  startedAt: "2026-06-30T12:00:01.000Z",
});

/** One running job of metrics, one of analytics, and one verification. */
export class FakeJobs {
  /** What looking for jobs of metrics throws until it is undefined again. */
  failure: Error | undefined;
  exchangesTokens = true;
  #jobs = new Map<string, FakeJob>();

  constructor() {
    this.reset();
  }

  reset(): void {
    this.failure = undefined;
    this.exchangesTokens = true;
    const verification = {
      ...newJob(VERIFICATION_JOB, "verification"),
      books: [{ bookId: FUND, sound: true, position: 3, hash: "ab" }],
    };
    this.#jobs = new Map([
      [METRICS_JOB, newJob(METRICS_JOB, "simulation")],
      [VERIFICATION_JOB, verification],
      [ANALYTICS_JOB, newJob(ANALYTICS_JOB, "analysis")],
    ]);
  }

  startSimulation({ goal }: StartSimulationInput): FakeValue<SimulationJob> {
    if (goal === "0") throw new AppError("OPERATION_LIMIT_EXCEEDED", "That is too much work.");
    return { ...newJob(METRICS_JOB, "simulation"), state: "WAITING", seed: 7, replayed: true };
  }

  startAnalysis(input: AnalyzeInput): FakeValue<AnalysisJob> {
    const job = { ...newJob(ANALYTICS_JOB, "analysis"), state: "SUCCEEDED" as const };
    this.#jobs.set(ANALYTICS_JOB, { ...job, analysis: analyze(input) });
    return { ...job, replayed: false };
  }

  startAnswer(input: AskInput): FakeValue<AnswerJob> {
    if (!this.exchangesTokens) throw new AppError("DELEGATION_UNSUPPORTED", "Use ask.");
    const job = { ...newJob(ANALYTICS_JOB, "answer"), state: "SUCCEEDED" as const };
    this.#jobs.set(ANALYTICS_JOB, { ...job, answer: ask(input) });
    return { ...job, replayed: false };
  }

  analyticsJob(id: string): FakeJob | null {
    return id === ANALYTICS_JOB ? (this.#jobs.get(id) ?? null) : null;
  }

  metricsJob(id: string): FakeJob | null {
    if (this.failure !== undefined) throw this.failure;
    return id === METRICS_JOB ? (this.#jobs.get(id) ?? null) : null;
  }

  verification(id: string): FakeJob | null {
    return id === VERIFICATION_JOB ? (this.#jobs.get(id) ?? null) : null;
  }

  cancelMetricsJob(id: string): FakeJob {
    return this.#cancel(this.metricsJob(id));
  }

  cancelAnalyticsJob(id: string): FakeJob {
    return this.#cancel(this.analyticsJob(id));
  }

  cancelVerification(id: string): FakeJob {
    return this.#cancel(this.verification(id));
  }

  #cancel(job: FakeJob | null): FakeJob {
    if (job === null) throw new AppError("NOT_FOUND", "There is no such job.");
    const cancelled: FakeJob = {
      ...job,
      state: "CANCELLED",
      finishedAt: "2026-06-30T12:00:02.000Z",
    };
    this.#jobs.set(job.id ?? "", cancelled);
    return cancelled;
  }
}

import { AppError } from "@allfunds/contract/errors";
import { toConnection, type Connection } from "@allfunds/platform/graphql/types";
import { jobCursor, readJob, readJobPage, type Job, type JobPort } from "@allfunds/platform/jobs";
import type { LedgerContext } from "./ledger-context.ts";
import { toPage, type PageArgs } from "./page-args.ts";

interface JobKindInGraph<Shown> {
  /** Name of the kind among the jobs. */
  readonly kind: string;
  /** What a client calls one. */
  readonly noun: string;
  readonly toObject: (job: Job) => Shown;
}

/** The jobs of one kind, as far as a caller may see them. */
export class JobsOfKind<Shown extends { readonly id: string }> {
  readonly #of: JobKindInGraph<Shown>;

  constructor(of: JobKindInGraph<Shown>) {
    this.#of = of;
  }

  async find({ stores, request }: LedgerContext, id: string): Promise<Shown | null> {
    const { kind, toObject } = this.#of;
    const job = await readJob(stores.pool, { tenantId: request.tenantId, kind }, id);
    return job === undefined ? null : toObject(job);
  }

  /** The newest first. */
  async page({ stores, request }: LedgerContext, args: PageArgs): Promise<Connection<Shown>> {
    const { kind, toObject } = this.#of;
    const page = toPage(args);
    const jobs = await readJobPage(stores.pool, { tenantId: request.tenantId, kind }, page);
    const items = jobs.map((job) => toObject(job));
    return toConnection(items, { ...page, cursorOf: jobCursor });
  }

  /** One that has finished stays as it is; NOT_FOUND when there is none. */
  async cancel(context: LedgerContext, jobs: JobPort, id: string): Promise<Shown> {
    const { noun, toObject } = this.#of;
    if ((await this.find(context, id)) === null)
      throw new AppError("NOT_FOUND", `There is no ${noun} ${id.slice(0, 80)}.`);
    const { tenantId, unchanged } = context.request;
    return toObject(await jobs.cancel(tenantId, { id, once: unchanged !== undefined }));
  }
}

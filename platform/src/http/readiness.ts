import type { FastifyInstance } from "fastify";

/** A condition for serving requests; resolves when it holds, and rejects with the reason when not. */
export type ReadinessCheck = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  /** `ok` or the reason, by check. */
  readonly checks: Readonly<Record<string, string>>;
}

/** How often the checks are made without being asked. */
const CHECK_EVERY_MS = 1_000;
/** A check that takes longer does not hold. */
const CHECK_LIMIT_MS = 2_000;
/** A report waits for a check until it has been under way for so long, and then shows what is known. */
const REPORT_WAIT_MS = 60;
/** The first report of a server may wait longer: nothing is known before it. */
const FIRST_WAIT_MS = 1_000;

/** A check under way, and the part of it that a report waits for. */
interface UnderWay {
  readonly done: Promise<void>;
  readonly promptly: Promise<void>;
}

/**
 * The readiness checks of a service, by name, made in the background: a report shows what is known. Draining
 * makes it permanently not ready.
 */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #details = new Map<string, () => Promise<unknown>>();
  readonly #states = new Map<string, string>();
  readonly #known = new Map<string, unknown>();
  readonly #underWay = new Map<string, UnderWay>();
  #timer: NodeJS.Timeout | undefined;
  #draining = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** Adds a detail to the report that does not affect readiness. */
  inform(name: string, detail: () => Promise<unknown>): void {
    this.#details.set(name, detail);
  }

  startDraining(): void {
    this.#draining = true;
  }

  /** Makes the checks from now on, and waits a moment for their first results. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#checkAll(), CHECK_EVERY_MS).unref();
    await atMost(FIRST_WAIT_MS, Promise.all(this.#checkAll().map(({ done }) => done)));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Answers at once, with results that are at most as old as the slowest check. */
  async report(): Promise<ReadinessReport> {
    await Promise.all(this.#checkAll().map(({ promptly }) => promptly));
    const results = [...this.#checks.keys()].map((name): [string, string] => [
      name,
      this.#states.get(name) ?? "not checked yet",
    ]);
    if (this.#draining) results.push(["draining", "the service is shutting down"]);
    return {
      ready: results.every(([, state]) => state === "ok"),
      checks: Object.fromEntries(results),
      ...(this.#details.size === 0 ? {} : { details: Object.fromEntries(this.#known) }),
    };
  }

  /** Starts every check that is not under way. */
  #checkAll(): UnderWay[] {
    const checks = [...this.#checks].map(([name, check]) =>
      this.#once(name, async () => {
        this.#states.set(name, await stateOf(check));
      }),
    );
    const details = [...this.#details].map(([name, detail]) =>
      this.#once(`detail ${name}`, async () => {
        this.#known.set(name, await detail());
      }),
    );
    return [...checks, ...details];
  }

  #once(name: string, work: () => Promise<void>): UnderWay {
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return underWay;
    const done = work()
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(name));
    const begun = { done, promptly: atMost(REPORT_WAIT_MS, done) };
    this.#underWay.set(name, begun);
    return begun;
  }
}

async function stateOf(check: ReadinessCheck): Promise<string> {
  try {
    const late = Symbol("late");
    const outcome = await atMost(CHECK_LIMIT_MS, Promise.resolve(check()), late);
    return outcome === late ? `no answer within ${CHECK_LIMIT_MS / 1000} s` : "ok";
  } catch (error) {
    return error instanceof Error ? error.message : "failed";
  }
}

/** The result of the work, or `otherwise` when it takes longer. */
async function atMost<T, U = undefined>(
  ms: number,
  work: Promise<T>,
  otherwise?: U,
): Promise<T | U | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<U | undefined>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Serves liveness and readiness without authentication. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  const config = { public: true };
  app.addHook("onReady", () => readiness.start());
  app.addHook("onClose", async () => readiness.stop());
  app.get("/health/live", { config }, () => ({ status: "live" }));
  app.get("/health/ready", { config }, async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
}

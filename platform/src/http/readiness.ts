import type { FastifyInstance } from "fastify";

/** A condition for serving requests; resolves when it holds, and rejects with the reason when not. */
export type ReadinessCheck = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  /** `ok` or the reason, by check. */
  readonly checks: Readonly<Record<string, string>>;
}

/** The readiness checks of a service, by name. Draining makes it permanently not ready. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #details = new Map<string, () => Promise<unknown>>();
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

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]): Promise<[string, string]> => {
        try {
          await check();
          return [name, "ok"];
        } catch (error) {
          return [name, error instanceof Error ? error.message : "failed"];
        }
      }),
    );
    if (this.#draining) results.push(["draining", "the service is shutting down"]);
    return {
      ready: results.every(([, state]) => state === "ok"),
      checks: Object.fromEntries(results),
      ...(this.#details.size === 0 ? {} : { details: await this.#detailReport() }),
    };
  }

  async #detailReport(): Promise<Record<string, unknown>> {
    const details = [...this.#details].map(async ([name, detail]): Promise<[string, unknown]> => [
      name,
      await detail(),
    ]);
    return Object.fromEntries(await Promise.all(details));
  }
}

/** Serves liveness and readiness without authentication. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  const config = { public: true };
  app.get("/health/live", { config }, () => ({ status: "live" }));
  app.get("/health/ready", { config }, async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
}

/** One thing a service needs before it can answer; resolves when it holds, rejects with the reason when not. */
export type ReadinessCheck = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  /** `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

/** What a service waits for before it says it is ready, by name. Draining makes it not ready for good. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #details = new Map<string, () => Promise<unknown>>();
  #draining = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** Adds something worth reporting that does not make the service unready. */
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

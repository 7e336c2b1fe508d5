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
  #draining = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
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
    };
  }
}

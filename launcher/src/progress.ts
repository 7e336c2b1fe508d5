import { performance } from "node:perf_hooks";

const REMIND_MS = 10_000;

/** What a start prints for the user who waits for it. */
export class Progress {
  readonly #started = performance.now();

  async #remind(
    title: string,
    started: number,
    waitingFor?: () => Promise<string[]>,
  ): Promise<void> {
    this.print(`${title} ... ${seconds(started)}`);
    for (const line of (await waitingFor?.()) ?? []) this.print(`  ${line}`);
  }

  print(line: string): void {
    console.log(line);
  }

  total(): string {
    return seconds(this.#started);
  }

  /** Runs one step; prints how long it took, and meanwhile that a long one still runs. */
  async step<Result>(
    title: string,
    work: () => Promise<Result>,
    waitingFor?: () => Promise<string[]>,
  ): Promise<Result> {
    const started = performance.now();
    const reminder = setInterval(() => void this.#remind(title, started, waitingFor), REMIND_MS);
    try {
      const result = await work();
      this.print(`${title} ready (${seconds(started)})`);
      return result;
    } finally {
      clearInterval(reminder);
    }
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

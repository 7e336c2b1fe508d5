import { performance } from "node:perf_hooks";

const REMIND_MS = 10_000;

/** What a start tells the person who waits for it. */
export class Progress {
  readonly #started = performance.now();

  async #remind(
    title: string,
    started: number,
    waitingFor?: () => Promise<string[]>,
  ): Promise<void> {
    this.say(`${title} ... ${seconds(started)}`);
    for (const line of (await waitingFor?.()) ?? []) this.say(`  ${line}`);
  }

  say(line: string): void {
    console.log(line);
  }

  total(): string {
    return seconds(this.#started);
  }

  /** Runs one step; says how long it took, and that it still goes on when it is a long one. */
  async step<Result>(
    title: string,
    work: () => Promise<Result>,
    waitingFor?: () => Promise<string[]>,
  ): Promise<Result> {
    const started = performance.now();
    const reminder = setInterval(() => void this.#remind(title, started, waitingFor), REMIND_MS);
    try {
      const result = await work();
      this.say(`${title} ready (${seconds(started)})`);
      return result;
    } finally {
      clearInterval(reminder);
    }
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

import { readFileSync } from "node:fs";

/** Of the main thread: time on a processor and time of waiting for one, in nanoseconds, since it began. */
const SCHEDULER_FIGURES = "/proc/self/schedstat";

/** How long the main thread had work and waited for a processor; nothing where the system does not count it. */
export class CpuWait {
  #before = readWaitMs();

  /** Milliseconds since it was last taken. */
  take(): number {
    const now = readWaitMs();
    const waited = now - this.#before;
    this.#before = now;
    return waited;
  }
}

function readWaitMs(): number {
  try {
    const [, waitedNs = "0"] = readFileSync(SCHEDULER_FIGURES, "utf8").split(" ");
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}

import { addGauge } from "@allfunds/platform/telemetry";
import { Counter, Histogram, type Registry } from "prom-client";
import type { Verdict } from "../engine/decide.ts";

/** The figures of commands and commits at /metrics. */
export class CommandFigures {
  readonly #commands: Counter;
  readonly #commits: Histogram;

  /** `waitingBooks` counts books whose read models are behind. */
  constructor(registry: Registry, waitingBooks: () => number) {
    const registers = [registry];
    addGauge(
      registry,
      "ledger_projection_waiting_books",
      "Books whose read models of this instance are behind",
      waitingBooks,
    );
    this.#commands = new Counter({
      name: "ledger_commands_total",
      help: "Commands by outcome: ACCEPTED, REPLAYED, or the code of the refusal",
      labelNames: ["outcome"],
      registers,
    });
    // A rate begins with the second sample: without a first one of zero, the first failure is in none.
    for (const outcome of ["ACCEPTED", "REPLAYED", "INTERNAL_ERROR"])
      this.#commands.inc({ outcome }, 0);
    this.#commits = new Histogram({
      name: "ledger_commit_events",
      help: "Events that were committed together",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    });
  }

  readonly decided = (verdicts: readonly Verdict[]): void => {
    for (const verdict of verdicts) this.#commands.inc({ outcome: outcomeOf(verdict) });
  };

  committed(events: number): void {
    if (events > 0) this.#commits.observe(events);
  }
}

function outcomeOf(verdict: Verdict): string {
  if (!verdict.accepted) return verdict.refusal.code;
  return verdict.replayed ? "REPLAYED" : "ACCEPTED";
}

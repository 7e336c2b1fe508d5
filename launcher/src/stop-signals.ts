import type { System } from "./system.ts";

/** Stops everything on Ctrl-C and its like; the second time it kills. */
export function stopOnSignals(system: System, report: (line: string) => void): void {
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) {
      report("killing everything");
      system.kill();
      process.exit(130);
    }
    stopping = true;
    report(`\n${why}: stopping`);
    system.stop().then(
      () => {
        report("stopped");
        process.exit(0);
      },
      (error: unknown) => {
        report(`stopping failed: ${error instanceof Error ? error.message : String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop(signal));
  }
  // The script that started this one was killed, and its channel with it.
  process.once("disconnect", () => stop("the starting script is gone"));
}

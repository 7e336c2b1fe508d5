import type { System } from "./system.ts";

// One Ctrl-C arrives several times: from the terminal, and again passed on by npm.
const SAME_KEYSTROKE_MS = 1_000;
const PARENT_POLL_MS = 500;

/** Stops everything on Ctrl-C and its like; a second one kills. */
export function stopOnSignals(system: System, report: (line: string) => void): void {
  let stoppingSince: number | undefined;
  const stop = (why: string): void => {
    if (stoppingSince === undefined) {
      stoppingSince = performance.now();
      report(`\n${why}: stopping`);
      void stopInOrder(system, report);
    } else if (performance.now() - stoppingSince > SAME_KEYSTROKE_MS) {
      report("killing everything");
      system.kill();
      process.exit(130);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop(signal));
  }
  // What started this one was killed: its channel closes, or another process becomes the parent.
  process.once("disconnect", () => stop("the starting script is gone"));
  if (process.env["npm_lifecycle_event"]) onOrphaned(() => stop("npm is gone"));
}

async function stopInOrder(system: System, report: (line: string) => void): Promise<void> {
  try {
    await system.stop();
    report("stopped");
    process.exit(0);
  } catch (error) {
    report(`stopping failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

function onOrphaned(act: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, PARENT_POLL_MS);
  watch.unref();
}

import { spawn, type ChildProcess } from "node:child_process";

// Reading ends when the launcher is gone, however it went: the system closes its end of the pipe.
const SCRIPT = 'while read -r line; do :; done; kill -INT "$1" 2>/dev/null';

/**
 * Stops the server when this process dies without a chance to do it itself (kill -9).
 * A shell of a megabyte in a session of its own, so that neither Ctrl-C nor a closing terminal
 * takes it away first.
 */
export function watchOver(serverPid: number): ChildProcess {
  const dog = spawn("/bin/sh", ["-c", SCRIPT, "allfunds-postgres-watchdog", String(serverPid)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without the watchdog all still works; an orphan would then be ended by the next start.
  dog.on("error", () => undefined);
  dog.stdin?.on("error", () => undefined);
  dog.unref();
  return dog;
}

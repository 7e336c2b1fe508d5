import { spawn, type ChildProcess } from "node:child_process";

// Reading ends when the launcher is gone for any reason: the system closes its end of the pipe.
const SCRIPT = 'while read -r line; do :; done; kill -INT "$1" 2>/dev/null';

/**
 * Stops the server when this process is killed before it can do so (kill -9). The watchdog is a
 * shell in its own session, so neither Ctrl-C nor a closing terminal ends it first.
 */
export function watchOver(serverPid: number): ChildProcess {
  const dog = spawn("/bin/sh", ["-c", SCRIPT, "allfunds-postgres-watchdog", String(serverPid)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without the watchdog the next start stops an orphaned server.
  dog.on("error", () => undefined);
  dog.stdin?.on("error", () => undefined);
  dog.unref();
  return dog;
}

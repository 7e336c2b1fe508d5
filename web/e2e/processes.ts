import { spawn, type ChildProcess } from "node:child_process";
import { endProcess, untilEnded } from "@allfunds/platform/testing/end-process";

// Beside much other work a server has a fraction of a processor; less than the limit of a hook.
const START_TIMEOUT_MS = 540_000;

interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a program of Node. It ends with this process at the latest, because its channel then closes. */
export const runNode = (args: readonly string[], options: ProgramOptions): ChildProcess =>
  spawn(process.execPath, args, { ...options, stdio: ["ignore", "ignore", "inherit", "ipc"] });

/** Runs a server of Node and waits until it is ready. A server that does not get ready is killed. */
export async function startServer(
  args: readonly string[],
  readyUrl: string,
  options: ProgramOptions,
): Promise<ChildProcess> {
  const server = runNode(args, options);
  try {
    await Promise.race([
      ready(readyUrl),
      untilEnded(server).then((code) => {
        throw new Error(`${args.join(" ")} exited with ${code} before it was ready.`);
      }),
    ]);
    return server;
  } catch (error) {
    server.kill("SIGKILL");
    throw error;
  }
}

/** Sends SIGTERM and waits for the exit code. */
export function stopServer(server: ChildProcess): Promise<number | null> {
  return endProcess(server, "SIGTERM");
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let last = "none";
  while (Date.now() < deadline) {
    const response = await fetch(url).catch((error: Error) => error);
    if (response instanceof Response && response.ok) return;
    last = response instanceof Response ? `status ${response.status}` : String(response.cause);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} was not ready within ${START_TIMEOUT_MS} ms. Last response: ${last}.`);
}

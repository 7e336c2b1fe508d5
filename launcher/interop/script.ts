import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Step } from "./step.ts";

/** What a script writes: an address for the browser, or what holds and, if it does not, what was seen. */
interface Message {
  readonly open?: string;
  readonly holds?: string;
  readonly seen?: string;
}

interface Script {
  readonly python: string;
  readonly file: string;
  /** Its argument, as JSON. */
  readonly settings: object;
  /** Where the browser arrives when the script leads it to an address. */
  readonly open?: (address: string) => Promise<string>;
}

/** Runs a Python script to its end; each of its messages is a step or an errand of the browser. */
export async function runScript(
  { python, file, settings, open }: Script,
  step: Step,
): Promise<void> {
  // Without files of compiled modules beside its own.
  const script = spawn(python, ["-B", file, JSON.stringify(settings)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(script, "exit");
  try {
    for await (const line of createInterface({ input: script.stdout })) {
      const message = JSON.parse(line) as Message;
      if (message.open === undefined) {
        step(message.holds ?? "", message.seen === undefined, message.seen ?? "");
        continue;
      }
      if (open === undefined) throw new Error(`${file} has no browser for ${message.open}`);
      script.stdin.write(`${await open(message.open)}\n`);
    }
  } catch (error) {
    // It waits for an answer that does not come.
    script.kill("SIGKILL");
    await ended;
    throw error;
  }
  const [code] = (await ended) as [number | null];
  step("ends without an error", code === 0, `exit code ${code}`);
}

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Who sends requests, into which book, and how many a second. */
export interface OpenLoopCaller {
  readonly name: string;
  readonly token: string;
  readonly fundId: string;
  readonly cashId: string;
  readonly capitalId: string;
  readonly perSecond: number;
}

export interface OpenLoopPlan {
  /** The base of the REST bridge. */
  readonly url: string;
  readonly seconds: number;
  readonly seed: number;
  readonly callers: readonly OpenLoopCaller[];
}

/** What came of one request. */
export interface Answered {
  readonly caller: string;
  readonly isWrite: boolean;
  /** When it was due, in milliseconds from the start. */
  readonly atMs: number;
  /** From then to the end of the answer. */
  readonly tookMs: number;
  /** How late it was sent. */
  readonly lateMs: number;
  /** 0 without an answer. */
  readonly status: number;
  /** The code of a refusal. */
  readonly code?: string;
  /** Of a stored transaction. */
  readonly id?: string;
}

const PROGRAM = join(import.meta.dirname, "open-loop-process.ts");

/** Sends what a plan has due, from a process on a core of its own where the machine has several. */
export async function sendOpenLoop(plan: OpenLoopPlan): Promise<Answered[]> {
  const cores = availableParallelism();
  const node = [process.execPath, "--import", "tsx", PROGRAM];
  const [command = "", ...args] = cores > 1 ? ["taskset", "-c", String(cores - 1), ...node] : node;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(plan));
  const [answers] = await Promise.all([
    text(child.stdout),
    new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`the generator ended with ${code}`)),
      );
    }),
  ]);
  return JSON.parse(answers) as Answered[];
}

export const isSuccess = ({ status }: Answered): boolean => status === 200 || status === 201;
export const isRefusal = ({ status }: Answered): boolean => status === 429 || status === 503;

/** The time at or below which this share of the answers was there, in milliseconds. */
export function timeOf(answers: readonly Answered[], share: number): number {
  const sorted = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

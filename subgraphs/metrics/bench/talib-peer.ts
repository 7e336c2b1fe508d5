import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Bars } from "../src/series/series.ts";
import type { TalibCall } from "./talib-cases.ts";

const COLUMNS = ["open", "high", "low", "close", "volume", "periods"] as const;

/** What TA-Lib computed, and the CPU time of its fastest call. */
interface PeerResult {
  readonly millis: number;
  readonly outputs: readonly Float64Array[];
}

interface Peer {
  readonly version: string;
  readonly results: readonly PeerResult[];
}

/** How often each case runs: until both are reached. */
export interface Rounds {
  readonly least: number;
  /** CPU time of all rounds together. */
  readonly millis: number;
}

interface Answer {
  readonly version: string;
  readonly cases: readonly { readonly millis: number; readonly outputs: number }[];
}

/** Runs the cases with TA-Lib C by way of Python; undefined where either is not installed. */
export async function runTalib(
  bars: Bars,
  cases: readonly TalibCall[],
  rounds: Rounds,
): Promise<Peer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "allfunds-bench-talib-"));
  try {
    const columns: Record<string, string> = {};
    for (const name of COLUMNS) {
      columns[name] = join(folder, name);
      await writeFile(columns[name], bars[name] ?? new Float64Array());
    }
    const calls = cases.map((call, index) => ({ ...call, path: join(folder, `result-${index}`) }));
    const answer = await ask({ columns, rounds, cases: calls });
    if (answer === undefined) return undefined;
    const results: PeerResult[] = [];
    for (const [index, { millis, outputs }] of answer.cases.entries()) {
      const bytes = await readFile(join(folder, `result-${index}`));
      results.push({ millis, outputs: split(bytes, outputs) });
    }
    return { version: answer.version, results };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(request: object): Promise<Answer | undefined> {
  const script = fileURLToPath(new URL("talib_peer.py", import.meta.url));
  const python = spawn("python3", [script], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(python, "close").catch(() => [1]);
  // Python may be absent, or end before it has read everything; its exit code shows both.
  python.stdin.on("error", () => undefined);
  python.stdin.end(JSON.stringify(request));
  const [answer, [code]] = await Promise.all([text(python.stdout), ended]);
  return code === 0 ? (JSON.parse(answer) as Answer) : undefined;
}

/** Successive arrays of one length in one file. */
function split(bytes: Buffer, parts: number): Float64Array[] {
  const all = new Float64Array(new Uint8Array(bytes).buffer);
  const length = all.length / parts;
  return Array.from({ length: parts }, (_, part) =>
    all.subarray(part * length, (part + 1) * length),
  );
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { cpuUse } from "./cpu-use.ts";
import type { BenchServer } from "./bench-server.ts";
import type { Measured } from "./measured.ts";

const run = promisify(execFile);

const SCALE = "10";
const CLIENTS = "8";
const MISSING =
  "pgbench is not on the path. It is the yardstick of this benchmark: install it with\n" +
  "  apt-get install postgresql-contrib    (Debian, Ubuntu)\n" +
  "  dnf install postgresql-contrib        (Fedora)\n" +
  "  brew install postgresql               (macOS)\n";

export async function requirePgbench(): Promise<void> {
  await run("pgbench", ["--version"]).catch(() => {
    throw new Error(MISSING);
  });
}

export async function fillYardstick({ yardstickUrl }: BenchServer): Promise<void> {
  await run("pgbench", ["--initialize", "--quiet", "--scale", SCALE, yardstickUrl]);
}

/** The tpcb-like transaction: five statements, three updates, one commit. */
export async function measureYardstick(server: BenchServer, seconds: number): Promise<Measured> {
  await server.checkpoint();
  const before = await cpuUse(server.pid);
  const options = ["--client", CLIENTS, "--jobs", "2", "--time", String(seconds), "--no-vacuum"];
  const { stdout } = await run("pgbench", [...options, server.yardstickUrl]);
  const after = await cpuUse(server.pid);
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const count = Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0 && count > 0)) throw new Error(`pgbench printed nothing usable:\n${stdout}`);
  const server_ =
    before.server === undefined || after.server === undefined
      ? undefined
      : (after.server - before.server) / count;
  return { perSecond, serverMicros: server_, serviceMicros: undefined, latencies: [] };
}

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree } from "@allfunds/embedded-postgres";
import { freePort } from "@allfunds/platform/testing/free-port";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogFile } from "./log-file.ts";
import { OrphanGuard } from "./orphan-guard.ts";
import { isReady } from "./readiness.ts";
import { ServiceLog } from "./service-log.ts";
import { Supervisor } from "./supervise.ts";

const LIMIT_MS = 30_000;

let folder: string;
let port: number;
let reports: string[];
let guard: OrphanGuard;
let supervisor: Supervisor | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "allfunds-supervise-"));
  port = await freePort();
  reports = [];
  guard = new OrphanGuard();
});

afterEach(async () => {
  await supervisor?.stop(LIMIT_MS);
  supervisor = undefined;
  guard.dismiss();
  await rm(folder, { recursive: true, force: true });
});

const HEALTHY = `
  require("node:http").createServer((_, answer) => answer.end("ok")).listen(PORT, "127.0.0.1");
  process.on("SIGTERM", () => process.exit(0));
`;

describe("a supervised service", () => {
  it("is started again when it was killed, and the restart is reported", async () => {
    const running = supervise(HEALTHY);
    await running.firstReady;
    const before = running.pid;
    process.kill(before ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(reports.join("\n")).toContain("ready again"), LIMIT_MS);
    expect(running.pid).not.toBe(before);
    expect(reports[0]).toBe("fake ended (SIGKILL); starting it again in 0.2 s");
    expect(await isReady(port)).toBe(true);
  });

  it("ends when it is stopped and stays down", async () => {
    const running = supervise(HEALTHY);
    await running.firstReady;
    await running.stop(LIMIT_MS);
    expect(await isPortFree(port)).toBe(true);
    expect(running.pid).toBeUndefined();
    expect(reports).toEqual([]);
  });

  it("is killed when it does not end in time", async () => {
    const running = supervise(HEALTHY.replace("process.exit(0)", "0"));
    await running.firstReady;
    await running.stop(300);
    expect(await isPortFree(port)).toBe(true);
    expect(reports).toEqual(["fake did not stop within 0.3 s; killing it"]);
  });

  it("is given up with its last lines when it never starts", async () => {
    const running = supervise('throw new Error("no configuration")');
    await expect(running.firstReady).rejects.toThrow(/does not start.*no configuration/s);
    expect(reports.filter((line) => line.includes("starting it again"))).toHaveLength(4);
    expect(await readFile(join(folder, "fake.log"), "utf8")).toContain("no configuration");
  });

  it("does not outlive a launcher that was killed", async () => {
    // Its process is what the test may not kill, so the guard is run by one that it may.
    const launcher = spawn(process.execPath, ["--input-type=module", "-e", LAUNCHER], {
      env: { ...process.env, SERVICE: HEALTHY.replace("PORT", String(port)) },
      stdio: "ignore",
    });
    await vi.waitFor(async () => expect(await isReady(port)).toBe(true), LIMIT_MS);
    launcher.kill("SIGKILL");
    await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), LIMIT_MS);
  });
});

const LAUNCHER = `
  import { spawn } from "node:child_process";
  const { OrphanGuard } = await import(${JSON.stringify(new URL("./orphan-guard.ts", import.meta.url).href)});
  const guard = new OrphanGuard();
  guard.started(999999);
  guard.ended(999999);
  const service = spawn(process.execPath, ["-e", process.env.SERVICE], { detached: true, stdio: "ignore" });
  guard.started(service.pid);
`;

const report = (line: string): void => void reports.push(line);

function supervise(script: string): Supervisor {
  const log = new ServiceLog(
    "fake",
    new LogFile(join(folder, "fake.log"), report),
    () => undefined,
  );
  const args = ["-e", script.replace("PORT", String(port))];
  const service = { name: "fake", folder, args, port, tier: "edge" as const };
  supervisor = new Supervisor({ service, env: process.env, log, guard, report });
  supervisor.start();
  return supervisor;
}

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { isPortFree } from "./port-holder.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.ts";

const isRoot = process.getuid?.() === 0;

const newHome = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "allfunds-postgres-"));
  await chmod(folder, 0o711);
  return folder;
};

/** Where a server ran once: to make a cluster takes longer than all that is tested with it. */
let made: string;
let home: string;
let port: number;
let server: EmbeddedPostgres | undefined;

beforeAll(async () => {
  home = made = await newHome();
  port = await freePort();
  await (await start()).stop();
});
afterAll(() => rm(made, { recursive: true }));

beforeEach(async () => {
  home = await newHome();
  // Those of root's belong to the account of the server, and stay with it.
  if (isRoot) await promisify(execFile)("cp", ["-a", `${made}/.`, home]);
  else await cp(made, home, { recursive: true });
  port = await freePort();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

describe("the embedded PostgreSQL", () => {
  it("serves a database to a role that is no superuser when the services connect", async () => {
    await rm(join(home, "postgres"), { recursive: true });
    server = await start();
    await server.ensureDatabase("ledger");
    await server.ensureDatabase("ledger");
    const [row] = await query(
      server.url("ledger"),
      "SELECT current_user AS name, usesuper FROM pg_user WHERE usename = current_user",
    );
    expect(row).toEqual({ name: "allfunds", usesuper: false });
  });

  it("recovers committed data when the postmaster was killed", async () => {
    server = await start();
    await server.ensureDatabase("ledger");
    await query(
      server.url("ledger"),
      "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)",
    );
    process.kill(server.pid, "SIGKILL");
    expect(await server.exited).toEqual({ code: null, signal: "SIGKILL" });

    server = await start();
    const [row] = await query(server.url("ledger"), "SELECT count(*)::int AS n FROM kept");
    expect(row).toEqual({ n: 1000 });
  });

  it("starts again when backends of a killed postmaster are still busy", async () => {
    server = await start();
    const busy = query(server.url("postgres"), "SELECT pg_sleep(1.5)").catch(() => "broken");
    await query(server.url("postgres"), "SELECT 1");
    process.kill(server.pid, "SIGKILL");
    await server.exited;

    server = await start();
    expect(await query(server.url("postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    await busy;
  });

  it.runIf(isRoot)("serves root when the directory is closed to other users", async () => {
    await chmod(home, 0o700);
    server = await start();
    expect(await query(server.url("postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("names the process when its port is taken", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    await expect(start()).rejects.toThrow(
      new RegExp(`Port ${port}.*taken by process ${process.pid}`),
    );
    holder.close();
  });

  it("refuses a data directory when its server is running", async () => {
    server = await start();
    const second = startEmbeddedPostgres({ ...options(), port: await freePort() });
    await expect(second).rejects.toThrow(/already serves/);
    expect(await query(server.url("postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("names the process when another one uses the data directory", async () => {
    const other = await startInAnotherProcess();
    await expect(start()).rejects.toThrow(new RegExp(`in use by process ${other.pid}`));
    other.kill("SIGTERM");
  });

  it("stops when the process that started it is killed", async () => {
    const other = await startInAnotherProcess();
    other.kill("SIGKILL");
    await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), 20_000);
    server = await start();
    expect(await query(server.url("postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });
});

/** Starts the server from a process that the test can kill. */
async function startInAnotherProcess(): Promise<ChildProcess> {
  const entry = new URL("./index.ts", import.meta.url).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(entry)});
    const log = () => undefined;
    const server = await startEmbeddedPostgres({ ...${JSON.stringify(options())}, log });
    process.once("SIGTERM", () => server.stop().then(() => process.exit(0)));
    console.log("ready");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

const options = () => ({ dataDir: join(home, "postgres"), port, log: () => undefined });
const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres(options());

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@allfunds/embedded-postgres";
import { chromium, type Browser } from "playwright-core";
import { runIdentity, takePort, type RunningIdentity } from "../src/identity.fixture.ts";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// oxlint-disable-next-line node/no-process-env -- where the browser is depends on the machine
const configured = process.env["CHROMIUM_PATH"];

/** Where a browser for these tests is installed, if one is. */
export const browserPath = [configured, ...CANDIDATES].find(
  (path): path is string => path !== undefined && existsSync(path),
);
if (browserPath === undefined) {
  process.stdout.write("Skipped: these tests need chromium, or its path in CHROMIUM_PATH.\n");
}

export interface House {
  readonly identity: RunningIdentity;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** An issuer on its own PostgreSQL, something that answers where the web app would, and a browser. */
export async function openHouse(executablePath: string): Promise<House> {
  const home = await mkdtemp(join(tmpdir(), "identity-e2e-"));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(home, "postgres"),
    port: await takePort(),
    log: () => undefined,
  });
  await postgres.ensureDatabase("identity");
  const web = await startWeb();
  const { port: webPort } = web.address() as { port: number };
  const identity = await runIdentity(
    { webUrl: `http://localhost:${webPort}` },
    { url: postgres.url("identity"), drop: () => Promise.resolve() },
  );
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await identity.stop();
    web.close();
    await postgres.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { identity, browser, close };
}

async function startWeb(): Promise<Server> {
  const web = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>web</title><p>The web app.</p>");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  return web;
}

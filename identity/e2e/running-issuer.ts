import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@allfunds/embedded-postgres";
import { chromium, type Browser } from "playwright-core";
import { freePort, openService, type RunningService } from "../src/service.fixture.ts";

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

export interface RunningIssuer {
  readonly service: RunningService;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** An issuer on its own PostgreSQL, a fake of the web app, and a browser. */
export async function openIssuer(executablePath: string): Promise<RunningIssuer> {
  const folder = await mkdtemp(join(tmpdir(), "identity-e2e-"));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    port: await freePort(),
    log: () => undefined,
  });
  await postgres.ensureDatabase("identity");
  const web = await startFakeWeb();
  const { port: webPort } = web.address() as AddressInfo;
  const service = await openService({
    env: { WEB_URL: `http://localhost:${webPort}` },
    database: { url: postgres.url("identity"), drop: () => Promise.resolve() },
  });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await service.close();
    web.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { service, browser, close };
}

async function startFakeWeb(): Promise<Server> {
  const web = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>web</title><p>The web app.</p>");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  return web;
}

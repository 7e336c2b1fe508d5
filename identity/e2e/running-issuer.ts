import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser } from "playwright-core";
import { openService, type RunningService } from "../src/service.fixture.ts";

export interface RunningIssuer {
  readonly service: RunningService;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** An issuer, a fake of the web app, and a browser. */
export async function openIssuer(executablePath: string): Promise<RunningIssuer> {
  const web = await startFakeWeb();
  const { port: webPort } = web.address() as AddressInfo;
  const service = await openService({ env: { WEB_URL: `http://localhost:${webPort}` } });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await service.close();
    web.close();
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

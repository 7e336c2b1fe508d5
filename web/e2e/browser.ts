import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// oxlint-disable-next-line node/no-process-env -- where the browser is depends on the machine
const configured = process.env["CHROMIUM_PATH"];

/** Where a browser for these tests is installed, if one is. */
export const browserPath = [configured, ...CANDIDATES].find(
  (path): path is string => path !== undefined && existsSync(path),
);

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Says why tests are skipped where there is no browser. */
export function explainSkip(): void {
  if (browserPath) return;
  process.stdout.write("Skipped: these tests need chromium, or its path in CHROMIUM_PATH.\n");
}

import { existsSync } from "node:fs";

/** The headless shell first: it uses half of the time of a whole browser. */
const CANDIDATES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Where a browser for tests is installed: `CHROMIUM_PATH`, or the first that is found. */
export const browserPath: string | undefined = [process.env["CHROMIUM_PATH"], ...CANDIDATES].find(
  (path): path is string => path !== undefined && existsSync(path),
);

/** Reports why tests are skipped where there is no browser. */
export function explainSkip(): void {
  if (browserPath !== undefined) return;
  process.stdout.write("Skipped: these tests need chromium, or its path in CHROMIUM_PATH.\n");
}

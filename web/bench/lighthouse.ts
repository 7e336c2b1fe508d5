import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { browserPath } from "@allfunds/platform/testing";
import { chromium } from "playwright-core";
import { BROWSER_FLAGS, STATE_TIMEOUT_MS } from "../e2e/browser.ts";
import type { Bench } from "./bench.ts";
import { median, type Figure } from "./report.ts";

const run = promisify(execFile);
const PACKAGES = { lighthouse: "13.5.0" };

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: {
    readonly "network-requests": {
      readonly details: {
        readonly items: readonly { readonly url: string; readonly statusCode: number }[];
      };
    };
  };
}

const LIMITS = { performance: 0.98, accessibility: 1, "best-practices": 1 } as const;
type Category = keyof typeof LIMITS;

/** Scores of Lighthouse with its mobile settings, of the overview, a fund and its transactions. */
export async function measureLighthouse(bench: Bench): Promise<Figure[]> {
  const directory = join(bench.directory, "lighthouse");
  await install(directory);
  const { id } = bench.fund;
  const pages = { overview: "/", fund: `/funds/${id}`, transactions: `/funds/${id}/transactions` };
  const figures: Figure[] = [];
  for (const [name, path] of Object.entries(pages)) {
    const reports: Report[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      reports.push(await runOnce(bench, directory, path));
    }
    for (const [category, limit] of Object.entries(LIMITS) as [Category, number][]) {
      const scores = reports.map(({ categories }) => categories[category]?.score ?? 0);
      const figure = `Lighthouse, ${category}, ${name}`;
      figures.push({ figure, limit, unit: "", seen: median(scores), isScore: true });
    }
  }
  return figures;
}

/** Only who measures needs it, and it brings a hundred packages along. */
async function install(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), JSON.stringify({ dependencies: PACKAGES }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: directory });
}

/**
 * One report from a browser of its own that is signed in as a reader's is: by cookies that it keeps. A cookie that
 * is added to requests as a header is replaced as soon as the page sets one itself, and live data are then refused.
 */
async function runOnce({ url, cookies }: Bench, directory: string, path: string): Promise<Report> {
  const file = join(directory, "report.json");
  const profile = await mkdtemp(join(tmpdir(), "bench-web-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...(browserPath ? { executablePath: browserPath } : {}),
    timeout: STATE_TIMEOUT_MS,
    args: [...BROWSER_FLAGS, "--remote-debugging-port=0"],
  });
  try {
    await context.addCookies([...cookies]);
    const [port] = (await readFile(join(profile, "DevToolsActivePort"), "utf8")).split("\n");
    await run(process.execPath, [
      join(directory, "node_modules/lighthouse/cli/index.js"),
      url + path,
      "--quiet",
      "--output=json",
      `--output-path=${file}`,
      `--port=${port}`,
      `--only-categories=${Object.keys(LIMITS).join(",")}`,
    ]);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
  const report = JSON.parse(await readFile(file, "utf8")) as Report;
  refuseFailures(report);
  return report;
}

/** A page whose requests fail is not the page that readers see. */
function refuseFailures({ audits }: Report): void {
  const failed = audits["network-requests"].details.items.filter(
    ({ statusCode }) => statusCode >= 400,
  );
  if (failed.length === 0) return;
  const lines = failed.map(({ url, statusCode }) => `${statusCode} ${url}`);
  throw new Error(`Lighthouse's page had requests that failed:\n${lines.join("\n")}`);
}

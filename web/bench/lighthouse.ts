import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { browserPath } from "@allfunds/platform/testing";
import type { Bench } from "./bench.ts";
import { median, type Figure } from "./report.ts";

const run = promisify(execFile);
const PACKAGES = { lighthouse: "13.5.0" };

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
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

async function runOnce({ url, cookies }: Bench, directory: string, path: string): Promise<Report> {
  const file = join(directory, "report.json");
  const headers = join(directory, "headers.json");
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  await writeFile(headers, JSON.stringify({ Cookie: cookie }), { mode: 0o600 });
  await run(
    process.execPath,
    [
      join(directory, "node_modules/lighthouse/cli/index.js"),
      url + path,
      "--quiet",
      "--output=json",
      `--output-path=${file}`,
      `--extra-headers=${headers}`,
      `--only-categories=${Object.keys(LIMITS).join(",")}`,
      "--chrome-flags=--headless --no-sandbox --disable-gpu",
    ],
    // oxlint-disable-next-line node/no-process-env -- a child needs the path of this process
    { env: { ...process.env, ...(browserPath ? { CHROME_PATH: browserPath } : {}) } },
  );
  return JSON.parse(await readFile(file, "utf8")) as Report;
}

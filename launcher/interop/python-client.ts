import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientToken, type DemoIssuer } from "./demo-issuer.ts";
import { runScript } from "./script.ts";
import type { Step } from "./step.ts";

const DOCUMENT = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));
const SCRIPT = fileURLToPath(new URL("python_client.py", import.meta.url));
const PACKAGE = "allfunds_client";

/** A Python client of the REST API, made anew from its document: what it leaves out fails. */
export async function driveGenerated(
  { demo }: DemoIssuer,
  python: string,
  step: Step,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "allfunds-python-client-"));
  try {
    await generate(python, folder);
    step("is generated from the document without a warning", true, "");
    const settings = {
      modules: folder,
      url: new URL(demo.endpoints.rest).origin,
      token: await clientToken(demo),
      fundId: demo.fundIds.balanced,
      accountId: demo.accountIds.office,
      otherAccountId: demo.accountIds.operating,
    };
    await runScript({ python, file: SCRIPT, settings }, step);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function generate(python: string, folder: string): Promise<void> {
  const config = join(folder, "config.yml");
  // It lives for one run: no formatter has to be installed.
  await writeFile(config, "post_hooks: []\n");
  const args = [
    "-m",
    "openapi_python_client",
    "generate",
    `--path=${DOCUMENT}`,
    `--output-path=${join(folder, PACKAGE)}`,
    `--config=${config}`,
    "--meta=none",
    "--fail-on-warning",
  ];
  await promisify(execFile)(python, args);
}

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { demoFile } from "./demo-file.mjs";
import { fail, ROOT } from "./terminal.mjs";

const OPTIONS = {
  duration: { type: "string" },
  users: { type: "string" },
  rate: { type: "string" },
};

/** Runs the k6 scenarios of a profile, `smoke` unless one is named, against the running system. */
export async function load(args) {
  const k6 = findK6();
  if (!k6) {
    fail(
      "k6 is not installed. Get it from https://grafana.com/docs/k6/ or: go install go.k6.io/k6@latest",
    );
  }
  const demo = demoFile();
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [profile = "smoke"] = positionals;
  const child = spawn(k6, ["run", join(ROOT, "load-tests/scenarios.js")], {
    cwd: ROOT,
    env: {
      ...process.env,
      DEMO_FILE: demo,
      // As a flag, k6 would take the duration in place of all scenarios.
      LOAD_PROFILE: profile,
      LOAD_DURATION: values.duration ?? "",
      LOAD_USERS: values.users ?? "",
      LOAD_RATE: values.rate ?? "",
      K6_NO_USAGE_REPORT: "true",
    },
    stdio: "inherit",
  });
  process.on("SIGINT", () => undefined);
  await new Promise((done) => child.on("exit", (code) => done((process.exitCode = code ?? 1))));
}

function findK6() {
  const folders = [...(process.env.PATH ?? "").split(":"), join(homedir(), "go/bin")];
  return folders.map((folder) => join(folder, "k6")).find(existsSync);
}

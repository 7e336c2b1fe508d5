import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoFile } from "./demo-file.mjs";
import { python } from "./python.mjs";
import { ROOT } from "./terminal.mjs";

const SCHEMATHESIS = "schemathesis==4.32.5";

/** The ports of the issuer and the bridge when nothing moves them. */
const ISSUER_PORT = 4100;
const REST_PORT = 8000;

/** A server error, or an answer that the document does not have. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
];

/**
 * Runs Schemathesis against the REST bridge of the running demo: requests that the document allows and that it
 * forbids, and chains of them by its links.
 */
export async function fuzzRest({ seconds, seed }) {
  const interpreter = await python([SCHEMATHESIS]);
  const target = await readTarget();
  const args = [
    "-m",
    "schemathesis.cli",
    "run",
    `${target.url}/api/v1/openapi.json`,
    `--url=${target.url}`,
    `--checks=${CHECKS.join(",")}`,
    `--seed=${seed}`,
    `--max-time=${seconds}`,
    "--rate-limit=auto",
    "--continue-on-failure",
  ];
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: join(ROOT, "load-tests/schemathesis_hooks.py"),
    FUZZ_TARGET: JSON.stringify(target),
  };
  console.log(`seed ${seed}`);
  // It keeps what it found in the directory that it runs in.
  const cwd = mkdtempSync(join(tmpdir(), "allfunds-fuzz-"));
  try {
    const child = spawn(interpreter, args, { cwd, env, stdio: "inherit" });
    await new Promise((done) => child.on("exit", (code) => done((process.exitCode = code ?? 1))));
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function readTarget() {
  const { issuer, clients, endpoints, ...demo } = JSON.parse(readFileSync(demoFile(), "utf8"));
  const [client] = clients;
  const approver = clients.findLast(({ scopes }) => scopes.includes("ledger:approve"));
  const offset = Number(new URL(issuer).port) - ISSUER_PORT;
  const url = process.env.REST_PUBLIC_URL ?? `http://127.0.0.1:${REST_PORT + offset}`;
  const graphUrl = new URL(endpoints.graphql).origin;
  return { ...demo, client, approver, url, graphUrl, fundId: Object.values(demo.fundIds)[0] };
}

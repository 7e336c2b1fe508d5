import { setTimeout } from "node:timers/promises";
import { generate } from "otplib";
import { readDataDir } from "./config.ts";
import { readDemoFile } from "./demo/demo-file.ts";

const STEP_MS = 30_000;
const LEAST_LEFT_MS = 5_000;

// Run as a program: prints the present code of a demo user's authenticator app.
const [, , email] = process.argv;
const access = await readDemoFile(readDataDir());
const withCode = (access?.users ?? []).filter(({ totpSecret }) => totpSecret !== undefined);
const secret = withCode.find((user) => user.email === email)?.totpSecret;
if (secret === undefined) {
  const emails = withCode.map((user) => `  ${user.email}\n`).join("");
  process.stderr.write(`Name one of these users:\n${emails || "  (there is no demo tenant)\n"}`);
  process.exit(1);
}
// Who types it needs some of its thirty seconds.
const leftMs = STEP_MS - (Date.now() % STEP_MS);
if (leftMs < LEAST_LEFT_MS) await setTimeout(leftMs);
process.stdout.write(`${await generate({ secret })}\n`);

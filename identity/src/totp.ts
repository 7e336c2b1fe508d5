import { generate } from "otplib";
import { readDataDir } from "./config.ts";
import { readDemoFile } from "./demo/demo-file.ts";

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
process.stdout.write(`${await generate({ secret })}\n`);

import { driveAuthlib } from "./authlib.ts";
import { openDemo } from "./demo-issuer.ts";
import { driveProxy } from "./oauth2-proxy.ts";
import { driveGenerated } from "./python-client.ts";
import { printSteps } from "./step.ts";

const DRIVERS = {
  "oauth2-proxy": driveProxy,
  authlib: driveAuthlib,
  "python-client": driveGenerated,
};

/** The demo's file, then a client's name and the program that runs it, for each client. */
const [file = "", ...pairs] = process.argv.slice(2);
const issuer = await openDemo(file);
for (const pair of pairs) {
  const [name = "", program = ""] = pair.split("=");
  const { step, failed } = printSteps(name);
  try {
    await DRIVERS[name as keyof typeof DRIVERS](issuer, program, step);
  } catch (error) {
    step("is driven to the end", false, (error as Error).message);
  }
  if (failed() > 0) process.exitCode = 1;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PlainBrowser } from "../../identity/src/browser.fixture.ts";
import { registerApplication, type DemoIssuer } from "./demo-issuer.ts";
import { addUser, passPages } from "./new-user.ts";
import type { Step } from "./step.ts";

const CALLBACK = "https://rp.example/callback";
const SIGNED_OUT = `${CALLBACK}/signed-out`;
const SCRIPT = fileURLToPath(new URL("authlib_client.py", import.meta.url));

/** Authlib as a client of the issuer: it makes requests and checks answers, a browser goes where it leads. */
export async function driveAuthlib(issuer: DemoIssuer, python: string, step: Step): Promise<void> {
  const client = await registerApplication(issuer, {
    name: `Authlib ${process.pid}`,
    redirectUris: [CALLBACK],
    signOutUris: [SIGNED_OUT],
    scopes: ["ledger:read"],
  });
  const user = await addUser(issuer);
  const browser = new PlainBrowser();
  const { issuer: address, resource } = issuer.demo;
  const settings = {
    issuer: address,
    resource,
    ...client,
    callback: CALLBACK,
    signedOut: SIGNED_OUT,
    email: user.email,
  };
  const script = spawn(python, [SCRIPT, JSON.stringify(settings)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(script, "exit");
  for await (const line of createInterface({ input: script.stdout })) {
    const { open, holds, seen } = JSON.parse(line) as Message;
    if (open === undefined) {
      step(holds ?? "", seen === undefined, seen ?? "");
      continue;
    }
    const { page } = await passPages(browser, await browser.open(open, CALLBACK), user, CALLBACK);
    script.stdin.write(`${page.url}\n`);
  }
  const [code] = (await ended) as [number | null];
  step("ends without an error", code === 0, `exit code ${code}`);
}

/** What the script writes: an address for the browser, or what holds and, if it does not, what was seen. */
interface Message {
  readonly open?: string;
  readonly holds?: string;
  readonly seen?: string;
}

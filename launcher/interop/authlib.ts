import { fileURLToPath } from "node:url";
import { PlainBrowser } from "../../identity/src/browser.fixture.ts";
import { registerApplication, type DemoIssuer } from "./demo-issuer.ts";
import { addUser, passPages } from "./new-user.ts";
import { runScript } from "./script.ts";
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
  const open = async (first: string): Promise<string> => {
    const { page } = await passPages(browser, await browser.open(first, CALLBACK), user, CALLBACK);
    return page.url;
  };
  await runScript({ python, file: SCRIPT, settings, open }, step);
}

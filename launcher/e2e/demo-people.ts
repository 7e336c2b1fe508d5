import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { signIn, type Issuer } from "../../identity/src/sign-in.fixture.ts";
import type { RunningSystem } from "./running-system.ts";

/** A demo user who is signed in, with one factor or two. */
export interface SignedIn {
  readonly role: string;
  readonly acr: "pwd" | "mfa";
  readonly accessToken: string;
  readonly idToken: string;
}

/** Roles that always need a second factor; the others need one on a step-up. */
const ALWAYS_TWO = new Set(["approver", "admin"]);

/**
 * Signs in every demo user through the issuer's pages: those who may with one factor, and all of them
 * with two. Users without a second factor set one up.
 */
export async function signInAll(system: RunningSystem): Promise<SignedIn[]> {
  const { users } = await system.demo();
  const site = await siteOf(system);
  const inTurn = users.map(async ({ email, password, role, totpSecret }) => {
    const user = { userId: "", email, password, totpSecret };
    const signedIn: SignedIn[] = [];
    for (const acr of ALWAYS_TWO.has(role) ? (["mfa"] as const) : (["pwd", "mfa"] as const)) {
      const wish: Record<string, string> = acr === "mfa" ? { acr_values: "mfa" } : {};
      const { tokens } = await signIn(site, user, undefined, wish);
      const { access_token: accessToken, id_token: idToken = "" } = tokens;
      signedIn.push({ role, acr, accessToken, idToken });
    }
    return signedIn;
  });
  return (await Promise.all(inTurn)).flat();
}

/** The issuer of a running system, to be used as the web app uses it. */
export async function siteOf(system: RunningSystem): Promise<Issuer> {
  const { issuer, resource } = await system.demo();
  const secrets = await readJson(join(system.dataDir, "identity-secrets.json"));
  return {
    issuer,
    audience: resource,
    webUrl: system.url(3000, "").replace("127.0.0.1", "localhost"),
    webClientSecret: secrets["WEB_CLIENT_SECRET"] ?? "",
  };
}

const readJson = async (file: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(file, "utf8")) as Record<string, string>;

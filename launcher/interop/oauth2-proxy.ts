import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "@allfunds/platform/testing/free-port";
import { decodeJwt } from "jose";
import { PlainBrowser, type Shown } from "../../identity/src/browser.fixture.ts";
import {
  gatewayStatus,
  registerApplication,
  type DemoIssuer,
  type Registered,
} from "./demo-issuer.ts";
import { addUser, passPages } from "./new-user.ts";
import type { Step } from "./step.ts";

/** The proxy renews its session after so long. */
const RENEWED_AFTER_S = 1;
const READY_WITHIN_MS = 30_000;
/** Access tokens end within half a minute everywhere. */
const ENDED_WITHIN_MS = 30_000;

/** oauth2-proxy as a client of the issuer: a proxy that signs users in before a program without a sign-in. */
export async function driveProxy(issuer: DemoIssuer, program: string, step: Step): Promise<void> {
  const upstream = await openUpstream();
  const ports = [await freePort(), await freePort()] as const;
  const [plain, strong] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
  const client = await registerApplication(issuer, {
    name: `oauth2-proxy ${ports[0]}`,
    redirectUris: [`${plain}/oauth2/callback`, `${strong}/oauth2/callback`],
    scopes: ["ledger:read"],
  });
  const start = (address: string, more: readonly string[] = []) =>
    startProxy(program, { issuer, client, address, upstream: upstream.url, more });
  const proxies = [start(plain), start(strong, ["--acr-values=mfa", "--cookie-name=_strong"])];
  try {
    await Promise.all([untilReady(plain), untilReady(strong)]);
    await drive(issuer, { plain, strong, clientId: client.clientId }, step);
  } finally {
    for (const proxy of proxies) proxy.kill("SIGTERM");
    await upstream.close();
  }
}

interface Addresses {
  readonly plain: string;
  /** Of the proxy that requests two factors. */
  readonly strong: string;
  readonly clientId: string;
}

async function drive(issuer: DemoIssuer, addresses: Addresses, step: Step): Promise<void> {
  const { plain, strong, clientId } = addresses;
  const user = await addUser(issuer);
  const browser = new PlainBrowser();

  const signedIn = await passPages(browser, await browser.open(plain), user);
  const seen = seenBy(signedIn.page);
  step(
    "signs a user in, who allows what it requests, and passes user and token on",
    signedIn.pages.length === 2 && seen.email === user.email,
    `${signedIn.pages.join(", ")}: ${signedIn.page.text}`,
  );
  const { acr, scope, aud } = decodeJwt(seen.token);
  step(
    "has a token for the graph with one factor, which the gateway accepts",
    acr === "pwd" && scope === "ledger:read" && (await gatewayStatus(issuer, seen.token)) === 200,
    JSON.stringify({ acr, scope, aud }),
  );

  await pause(RENEWED_AFTER_S * 2_000);
  const renewed = seenBy(await browser.open(plain));
  step(
    "renews its session with the refresh token, without a page",
    renewed.token !== seen.token && (await gatewayStatus(issuer, renewed.token)) === 200,
    "the same token came again",
  );

  const stepped = await passPages(browser, await browser.open(strong), user);
  const strongToken = decodeJwt(seenBy(stepped.page).token);
  step(
    "steps up: of a user who is signed in it requests the second factor only",
    strongToken["acr"] === "mfa" && !stepped.pages.includes("Sign in"),
    `${stepped.pages.join(", ")}: ${JSON.stringify(strongToken["acr"])}`,
  );

  const left = await signOut(issuer, browser, addresses);
  step("signs out at the issuer, too", left.status === 200, left.title);
  const again = await browser.open(plain);
  step("needs a sign-in after that", again.title === "Sign in", again.title);
  const statuses = await untilRefused(issuer, renewed.token);
  step(
    "holds a token that the gateway refuses within 30 s of the sign-out",
    statuses.at(-1) === 401,
    `client ${clientId}: ${statuses.join(", ")}`,
  );
}

/** The proxy drops its session and leads on to the issuer's sign-out, which the user confirms. */
async function signOut(
  { demo }: DemoIssuer,
  browser: PlainBrowser,
  { plain, clientId }: Addresses,
): Promise<Shown> {
  const metadata = (await (
    await fetch(`${demo.issuer}/.well-known/openid-configuration`)
  ).json()) as { readonly end_session_endpoint: string };
  const end = `${metadata.end_session_endpoint}?client_id=${clientId}`;
  const page = await browser.open(`${plain}/oauth2/sign_out?rd=${encodeURIComponent(end)}`);
  return browser.submit(page, "/confirm", { logout: "yes" });
}

async function untilRefused(issuer: DemoIssuer, token: string): Promise<number[]> {
  const statuses: number[] = [];
  const end = performance.now() + ENDED_WITHIN_MS;
  while (statuses.at(-1) !== 401 && performance.now() < end) {
    statuses.push(await gatewayStatus(issuer, token));
    await pause(1_000);
  }
  return statuses;
}

interface Proxied {
  readonly issuer: DemoIssuer;
  readonly client: Registered;
  readonly address: string;
  readonly upstream: string;
  readonly more: readonly string[];
}

function startProxy(
  program: string,
  { issuer, client, address, upstream, more }: Proxied,
): ChildProcess {
  const { demo } = issuer;
  const { host } = new URL(demo.issuer);
  const args = [
    "--provider=oidc",
    `--oidc-issuer-url=${demo.issuer}`,
    `--client-id=${client.clientId}`,
    `--redirect-url=${address}/oauth2/callback`,
    `--http-address=${new URL(address).host}`,
    `--upstream=${upstream}`,
    `--whitelist-domain=${host}`,
    "--email-domain=*",
    "--scope=openid profile email ledger:read",
    "--code-challenge-method=S256",
    "--insecure-oidc-skip-nonce=false",
    `--cookie-refresh=${RENEWED_AFTER_S}s`,
    "--cookie-secure=false",
    "--pass-access-token",
    "--skip-provider-button",
    ...more,
  ];
  const env = {
    OAUTH2_PROXY_CLIENT_SECRET: client.clientSecret,
    OAUTH2_PROXY_COOKIE_SECRET: randomBytes(16).toString("hex"),
  };
  return spawn(program, args, { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function untilReady(address: string): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const status = await fetch(`${address}/ready`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > end) throw new Error(`oauth2-proxy is not ready at ${address}`);
    await pause(100);
  }
}

/** What the program behind the proxy received. */
interface Seen {
  readonly email: string;
  readonly token: string;
}

const seenBy = ({ text }: Shown): Seen => {
  if (text.startsWith("{")) return JSON.parse(text) as Seen;
  throw new Error(`not the program behind the proxy: ${text.slice(0, 300)}`);
};

async function openUpstream(): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer(({ headers }, response) => {
    const { "x-forwarded-email": email, "x-forwarded-access-token": token } = headers;
    response.end(JSON.stringify({ email, token }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

import { randomUUID } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createClient } from "graphql-ws";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { PlainBrowser } from "../../identity/src/browser.fixture.ts";
import { signIn, type Issuer } from "../../identity/src/sign-in.fixture.ts";
import { siteOf } from "./demo-people.ts";
import { eventually, firstOf, pause, RunningSystem } from "./running-system.ts";

/** What the product promises. */
const ENDS_WITHIN_MS = 30_000;
/** When an access that goes on is given up. */
const LIMIT_MS = 60_000;

let system: RunningSystem;
let site: Issuer;
beforeAll(async () => {
  system = await RunningSystem.start();
  site = await siteOf(system);
});
afterAll(() => system?.remove());

/** A way in that is open, and a look at whether it still is. */
interface Way {
  readonly name: string;
  readonly isOpen: () => boolean | Promise<boolean>;
  /** What it ended with, where it is ended by the server. */
  readonly end?: () => unknown;
  readonly close: () => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;
const SUBSCRIPTION = "subscription { transactionPosted { id } }";

const asked = (token: string, url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
      ...(init.headers as Record<string, string> | undefined),
    },
  });

/** A request that is repeated. */
const requests = (token: string, name: string, url: string, init?: RequestInit): Way => ({
  name,
  isOpen: async () => {
    const response = await asked(token, url, init);
    await response.arrayBuffer();
    if (response.status !== 200 && response.status !== 401)
      throw new Error(`${name}: ${response.status}`);
    return response.status === 200;
  },
  close: nothing,
});

/** A subscription over a WebSocket that its client does nothing with. */
async function socket(name: string, connectionParams: Record<string, string>): Promise<Way> {
  let code: number | undefined;
  const client = createClient({
    url: system.url(4000, "/graphql").replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
  });
  client.on("closed", (event) => (code = (event as { readonly code: number }).code));
  const connected = new Promise<void>((resolve) => client.on("connected", () => resolve()));
  const answers = client.iterate({ query: SUBSCRIPTION });
  answers.next().catch(() => undefined);
  await connected;
  return {
    name,
    isOpen: () => code === undefined,
    end: () => code,
    close: async () => client.dispose(),
  };
}

/** A subscription as server-sent events. */
async function stream(name: string, token: string): Promise<Way> {
  const left = new AbortController();
  const response = await asked(token, system.url(4000, "/graphql"), {
    method: "POST",
    headers: { accept: "text/event-stream" },
    body: JSON.stringify({ query: SUBSCRIPTION }),
    signal: left.signal,
  });
  expect(response.status).toBe(200);
  let isOpen = true;
  let text = "";
  const read = async (): Promise<void> => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? [])
      text += part;
  };
  void read()
    .catch(() => undefined)
    .finally(() => (isOpen = false));
  return {
    name,
    isOpen: () => isOpen,
    end: () => /"code":"(\w+)"/.exec(text)?.[1],
    close: async () => left.abort(),
  };
}

/** The session of an assistant's reference client. */
async function assistant(name: string, token: string): Promise<Way> {
  const client = new Client({ name: "e2e", version: "1" });
  const url = new URL(system.url(8000, "/mcp"));
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return {
    name,
    isOpen: async () => {
      try {
        await client.callTool({ name: "listFunds", arguments: {} });
        return true;
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === 401) return false;
        throw error;
      }
    },
    close: () => client.close(),
  };
}

/** The ways in of a token: REST, graph, assistants, a socket and a stream. */
async function waysOf(who: string, token: string): Promise<Way[]> {
  const fundId = firstOf((await system.demo()).fundIds);
  const body = JSON.stringify({ query: "{ funds(first: 1) { nodes { id } } }" });
  const graph = { method: "POST", body };
  return [
    requests(token, `${who}: REST`, system.url(8000, `/api/v1/ledger?fundId=${fundId}&first=1`)),
    requests(token, `${who}: graph`, system.url(4000, "/graphql"), graph),
    requests(token, `${who}: audit log`, system.url(4100, "/audit/export?from=2999-01-01")),
    await assistant(`${who}: assistant`, token),
    await socket(`${who}: WebSocket`, { authorization: `Bearer ${token}` }),
    await stream(`${who}: server-sent events`, token),
  ];
}

/** The web app in a browser that is signed in: its pages, and the socket that they keep. */
async function webWays(who: string, browser: PlainBrowser): Promise<Way[]> {
  const { webUrl } = site;
  const home = await browser.open(`${webUrl}/auth/sign-in?returnTo=/`);
  expect([home.url, home.status]).toEqual([`${webUrl}/`, 200]);
  const { text } = await browser.post(`${webUrl}/live-ticket`, {}, webUrl);
  const { ticket } = JSON.parse(text) as { readonly ticket: string };
  return [
    {
      name: `${who}: page of the web app`,
      isOpen: async () => new URL((await browser.open(`${webUrl}/`)).url).pathname === "/",
      close: nothing,
    },
    await socket(`${who}: WebSocket of the web app`, { ticket }),
  ];
}

interface Person {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly web: openid.Configuration;
  readonly browser: PlainBrowser;
}

/** A demo user who is signed in with two factors, at the issuer in a browser. */
async function personOf(role: string): Promise<Person> {
  const { users } = await system.demo();
  const user = users.find((one) => one.role === role);
  if (user === undefined) throw new Error(`the demo has no ${role}`);
  const { email, password, totpSecret } = user;
  const { tokens, web, browser } = await signIn(site, {
    userId: "",
    email,
    password,
    totpSecret,
  });
  const { access_token: accessToken, refresh_token: refreshToken = "" } = tokens;
  return { accessToken, refreshToken, web, browser };
}

const graphOf = async <Data>(token: string, query: string, variables: object = {}) => {
  const init = { method: "POST", body: JSON.stringify({ query, variables }) };
  const response = await asked(token, system.url(4000, "/graphql"), init);
  const { data, errors } = (await response.json()) as { data: Data; errors?: object };
  expect(errors).toBeUndefined();
  return data;
};

/** An API client that a person makes, as a library of others holds it. */
async function madeBy({ accessToken }: Person): Promise<openid.Configuration> {
  const scopes = ["ledger:read", "audit:read"];
  const { createApiClient } = await graphOf<{
    createApiClient: { clientSecret: string; client: { id: string } };
  }>(
    accessToken,
    `mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) { clientSecret client { id } } }`,
    { input: { name: `Nightly ${randomUUID()}`, scopes } },
  );
  const { clientSecret, client } = createApiClient;
  return openid.discovery(new URL(site.issuer), client.id, clientSecret, undefined, {
    execute: [openid.allowInsecureRequests],
  });
}

const tokenOf = async (client: openid.Configuration): Promise<string> => {
  const scope = "ledger:read audit:read";
  const granted = await openid.clientCredentialsGrant(client, { scope, resource: site.audience });
  return granted.access_token;
};

/** Looks until the way has ended; the time since the start in milliseconds. */
async function endOf(way: Way, startedMs: number): Promise<number> {
  return eventually(LIMIT_MS, async () => {
    if (await way.isOpen()) throw new Error(`${way.name} is still open`);
    return performance.now() - startedMs;
  });
}

/** Disables a user as a directory does it, which no second administrator has to approve. */
async function disable(email: string): Promise<void> {
  const authorization = (await system.authorization()).authorization;
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(system.url(4100, `/scim/v2/Users${path}`), {
      method,
      headers: { authorization, "content-type": "application/scim+json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { Resources: { id: string }[] };
  };
  const { Resources } = await send(
    "GET",
    `?filter=${encodeURIComponent(`userName eq "${email}"`)}`,
  );
  await send("PATCH", `/${Resources[0]?.id}`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", path: "active", value: false }],
  });
}

/** Makes another person an administrator, too: the last one of a tenant stays. */
async function succeed({ accessToken }: Person, email: string): Promise<void> {
  const { users } = await graphOf<{ users: { nodes: { id: string; email: string }[] } }>(
    accessToken,
    "query { users(first: 200) { nodes { id email } } }",
  );
  const userId = users.nodes.find((user) => user.email === email)?.id;
  await graphOf(
    accessToken,
    "mutation ($input: ChangeAccessInput!) { changeAccess(input: $input) { id } }",
    { input: { userId, roles: ["admin"], allFunds: true } },
  );
}

it("ends a disabled user and the API clients they made within 30 s everywhere, and no other user", async () => {
  const ada = await personOf("admin");
  const other = await personOf("auditor");
  await graphOf(ada.accessToken, "mutation { setAssistantAccess(allowed: true) { allowed } }");
  const client = await madeBy(ada);
  const ways = [
    ...(await waysOf("user", ada.accessToken)),
    ...(await webWays("user", ada.browser)),
    ...(await waysOf("client", await tokenOf(client))),
  ];
  const others = [
    ...(await waysOf("other", other.accessToken)),
    ...(await webWays("other", other.browser)),
  ];
  // Services have the list of what was revoked from their first token on.
  await pause(1_000);
  for (const way of [...ways, ...others])
    expect([way.name, await way.isOpen()]).toEqual([way.name, true]);

  const { users } = await system.demo();
  const addressOf = (wanted: string) => users.find(({ role }) => role === wanted)?.email ?? "";
  await succeed(ada, addressOf("viewer"));
  const startedMs = performance.now();
  await disable(addressOf("admin"));
  await expect(openid.refreshTokenGrant(ada.web, ada.refreshToken)).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(tokenOf(client)).rejects.toMatchObject({ error: "invalid_client" });
  const ended = await Promise.all(
    ways.map(async (way) => [way.name, Math.round(await endOf(way, startedMs))] as const),
  );
  process.stdout.write(`${ended.map(([name, ms]) => `${name} ended after ${ms} ms`).join("\n")}\n`);
  expect(ended.filter(([, ms]) => ms > ENDS_WITHIN_MS)).toEqual([]);
  const reasons = ways.flatMap(({ name, end }) => (end === undefined ? [] : [[name, end()]]));
  expect(Object.fromEntries(reasons)).toEqual({
    "user: WebSocket": 4401,
    "user: server-sent events": "UNAUTHENTICATED",
    "user: WebSocket of the web app": 4401,
    "client: WebSocket": 4401,
    "client: server-sent events": "UNAUTHENTICATED",
  });
  for (const way of others) expect([way.name, await way.isOpen()]).toEqual([way.name, true]);
  for (const way of [...ways, ...others]) await way.close();
});

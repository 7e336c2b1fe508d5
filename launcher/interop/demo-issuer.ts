import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** The running demo, as its file describes it. */
interface Demo {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes: readonly string[];
  }[];
  readonly endpoints: { readonly graphql: string; readonly rest: string };
  readonly fundIds: { readonly balanced: string };
  /** Accounts of that fund. */
  readonly accountIds: { readonly operating: string; readonly office: string };
}

/** The issuer of the running demo, with an administrator's client. */
export interface DemoIssuer {
  readonly demo: Demo;
  /** Where its data is, with the emails that it sent. */
  readonly dataDir: string;
  readonly administer: (method: string, url: string, body: object) => Promise<unknown>;
}

export async function openDemo(file: string): Promise<DemoIssuer> {
  const demo = JSON.parse(await readFile(file, "utf8")) as Demo;
  const administer: DemoIssuer["administer"] = async (method, url, body) => {
    const authorization = `Bearer ${await clientToken(demo)}`;
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as unknown;
    throw new Error(`${method} ${url}: ${response.status} ${text}`);
  };
  return { demo, dataDir: dirname(file), administer };
}

/** A token of the demo's first client, which has every scope. */
export async function clientToken({ clients, tokenEndpoint, resource }: Demo): Promise<string> {
  const [client] = clients;
  if (client === undefined) throw new Error("The demo has no client.");
  const { clientId, clientSecret, scopes } = client;
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope: scopes.join(" "),
      resource,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** An application that is registered for this run. */
export interface Registered {
  readonly clientId: string;
  readonly clientSecret: string;
}

const REGISTER = `mutation($input: RegisterApplicationInput!) {
  registerApplication(input: $input) { clientSecret application { id } } }`;

export async function registerApplication(
  { demo, administer }: DemoIssuer,
  input: {
    readonly name: string;
    readonly redirectUris: readonly string[];
    /** Where browsers may return to after a sign-out. */
    readonly signOutUris?: readonly string[];
    readonly scopes: readonly string[];
  },
): Promise<Registered> {
  const variables = { input: { ...input, authentication: "client_secret_basic" } };
  const answer = (await administer("POST", demo.endpoints.graphql, {
    query: REGISTER,
    variables,
  })) as {
    readonly errors?: unknown;
    readonly data: {
      readonly registerApplication: {
        readonly clientSecret: string;
        readonly application: { readonly id: string };
      };
    };
  };
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  const { clientSecret, application } = answer.data.registerApplication;
  return { clientId: application.id, clientSecret };
}

/** The status that the gateway answers a token with. */
export async function gatewayStatus({ demo }: DemoIssuer, token: string): Promise<number> {
  const response = await fetch(demo.endpoints.graphql, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ funds(first: 1) { nodes { id } } }" }),
  });
  return response.status;
}

// Access tokens of the demo's clients, kept as long as they are good.
import encoding from "k6/encoding";
import http from "k6/http";
import { demo } from "./demo.js";

// A request and its answer must fit into what is left.
const RENEW_BEFORE_MS = 60_000;

const [everything, readOnly] = demo.clients;
const held = new Map();

/** The header of a request in the name of the client with every scope. */
export const authorization = () => ({ authorization: `Bearer ${tokenOf(everything)}` });

/** The header of a request in the name of the client that may only read. */
export const readersAuthorization = () => ({ authorization: `Bearer ${tokenOf(readOnly)}` });

/** What `setup` hands to every virtual user, so that they need not all sign in at once. */
export function signIn() {
  tokenOf(everything);
  tokenOf(readOnly);
  return [...held];
}

/** Takes over what `signIn` made; after its end each virtual user gets its own. */
export function useAccess(access) {
  if (held.size === 0) for (const [clientId, token] of access) held.set(clientId, token);
}

function tokenOf(client) {
  const kept = held.get(client.clientId);
  if (kept && kept.goodUntilMs > Date.now()) return kept.token;
  const made = ask(client);
  held.set(client.clientId, made);
  return made.token;
}

function ask({ clientId, clientSecret, scopes }) {
  const askedAtMs = Date.now();
  const form = {
    grant_type: "client_credentials",
    resource: demo.resource,
    scope: scopes.join(" "),
  };
  const response = http.post(demo.tokenEndpoint, form, {
    headers: { authorization: `Basic ${encoding.b64encode(`${clientId}:${clientSecret}`)}` },
    tags: { name: "POST token" },
  });
  if (response.status !== 200) throw new Error(`no token: ${response.status} ${response.body}`);
  const { access_token: token, expires_in: seconds } = response.json();
  return { token, goodUntilMs: askedAtMs + seconds * 1_000 - RENEW_BEFORE_MS };
}

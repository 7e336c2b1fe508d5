import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "@allfunds/contract/errors";
import { ClientCredentials } from "@allfunds/platform/auth/tokens";
import { z } from "zod";
import { readDemo, type DemoAccess } from "./demo-directory.ts";

const run = promisify(execFile);

export interface AccessParts {
  readonly root: string;
  /** The demo's file, in the data directory. */
  readonly file: string;
  readonly issuer: string;
  /** The environment of the identity service, which makes the demo's users and clients. */
  readonly identityEnvironment: NodeJS.ProcessEnv;
}

/** The demo's credentials and a source of tokens for its first client. */
export interface OpenAccess {
  readonly access: DemoAccess;
  readonly token: () => Promise<string>;
  /** Tokens of the approver's client, who publishes what others calculate. */
  readonly publisherToken: () => Promise<string>;
}

/**
 * The credentials of an earlier start when the issuer still accepts them, else new ones. Addresses
 * are those of this start: the ports may have moved.
 */
export async function openAccess(parts: AccessParts): Promise<OpenAccess> {
  const kept = (await readDemo(parts.file)).access;
  const tokenEndpoint = await discoverTokenEndpoint(parts.issuer);
  const withAddresses = (access: DemoAccess): OpenAccess => {
    const moved = { ...access, issuer: parts.issuer, tokenEndpoint };
    return {
      access: moved,
      token: tokensOf(moved, moved.clients[0]),
      publisherToken: tokensOf(moved, moved.clients.slice(1).find(publishes)),
    };
  };
  if (kept !== undefined) {
    const opened = withAddresses(kept);
    if (await isAccepted(opened)) return opened;
  }
  return withAddresses(await makeAccess(parts));
}

/** A database that replaced another one does not have the clients in the file. */
async function isAccepted({ token }: OpenAccess): Promise<boolean> {
  try {
    await token();
    return true;
  } catch (error) {
    if (error instanceof AppError && /invalid_client|not granted/.test(error.detail ?? "")) {
      return false;
    }
    throw error;
  }
}

async function makeAccess(parts: AccessParts): Promise<DemoAccess> {
  const program = join(parts.root, "identity/dist/make-demo-tenant.js");
  await run(process.execPath, [program, "--demo", "--renew"], { env: parts.identityEnvironment });
  const { access } = await readDemo(parts.file);
  if (access === undefined) throw new Error(`The demo's sign-ins did not get into ${parts.file}.`);
  return access;
}

type DemoClient = DemoAccess["clients"][number];

const publishes = ({ scopes }: DemoClient): boolean => scopes.includes("nav:publish");

function tokensOf(
  { tokenEndpoint, resource }: DemoAccess,
  client: DemoClient | undefined,
): () => Promise<string> {
  if (client === undefined) return () => Promise.reject(new Error("The demo lacks a client."));
  const credentials = new ClientCredentials({ tokenEndpoint, resource, ...client });
  return () => credentials.token();
}

const Discovery = z.object({ token_endpoint: z.string() });

async function discoverTokenEndpoint(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  return Discovery.parse(await response.json()).token_endpoint;
}

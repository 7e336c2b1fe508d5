import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Credentials, Mesh } from "@allfunds/platform/mesh";

/** Mutual TLS between the services of this start. */
export interface OwnMesh {
  /** The directory that `npm run certificates` wrote: one of its own for each service. */
  readonly certificates: string;
  /** The policy in JSON, in which every service is called by the name of this machine. */
  readonly policy: string;
}

/** The caller by whose certificate the launcher reads readiness and loads the demo. */
const LAUNCHER = "monitor";
/** The name of this machine, which is in the certificate of every service. */
export const MESH_HOST = "localhost";

/** The mesh of MESH_CERTIFICATES; MESH_POLICY or the stack's policy has the callers. */
export function readOwnMesh(root: string, env: NodeJS.ProcessEnv): OwnMesh | undefined {
  const certificates = env["MESH_CERTIFICATES"];
  if (!certificates) return undefined;
  const file = env["MESH_POLICY_FILE"] || join(root, "docker/mesh-policy.json");
  return { certificates, policy: onThisMachine(env["MESH_POLICY"] || readFileSync(file, "utf8")) };
}

/** The policy with this machine as the host of every service, and with the callers that serve nothing. */
function onThisMachine(policy: string): string {
  const { services, ...rest } = JSON.parse(policy) as { services: Record<string, object> };
  const served = Object.entries(services).map(([name, service]) => [
    name,
    { ...service, hosts: [MESH_HOST] },
  ]);
  const calling = ["proxy", LAUNCHER].map((name) => [name, { callers: [], hosts: [] }]);
  return JSON.stringify({ ...rest, services: Object.fromEntries([...calling, ...served]) });
}

let joined: Mesh | undefined;

/** What this process presents to services; undefined when they speak plain HTTP. */
export const ownCredentials = (): Credentials | undefined => joined?.credentialsFor(MESH_HOST);

/** Has this process call services with the launcher's certificate from now on; returns how to end that. */
export async function joinOwnMesh({ certificates, policy }: OwnMesh): Promise<() => void> {
  // Loaded only for this: it costs memory that a plain start keeps.
  const { joinMesh, Mesh } = await import("@allfunds/platform/mesh");
  const logger = { info: () => undefined, warn: () => undefined };
  const directory = join(certificates, LAUNCHER);
  joined = new Mesh({ service: LAUNCHER, certificates: directory, policy, logger });
  const leave = joinMesh(joined);
  return () => {
    joined = undefined;
    leave();
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type ConnectionOptions } from "node:tls";
import { issueCertificate } from "@allfunds/platform/certificates";
import { SERVICE_URI } from "@allfunds/platform/mesh";
import { eventually } from "../e2e/running-system.ts";
import { AUTHORITY_STEPS, issueCertificates } from "../src/certificates/issue.ts";
import { MESH_HOST, ownCredentials } from "../src/own-mesh.ts";
import { prove, type FaultDrill, type DrillGround } from "./drill.ts";
import { MESH_POLICY } from "./ground.ts";
import { SERVICES } from "./process-faults.ts";

const LIMIT_MS = 60_000;
const DAYS = 90;
/** A caller that every service lets in. */
const CALLER = "monitor";
const REFUSED = "refused";

/** Connects, and resolves with the fingerprint of the certificate that is presented, or with a refusal. */
function presentedAt(port: number, credentials: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...credentials, host: MESH_HOST, servername: MESH_HOST, port });
    let presented = REFUSED;
    socket.once("secureConnect", () => {
      presented = socket.getPeerCertificate().fingerprint256;
      // In TLS 1.3 the server refuses a client after the client has finished: only an answer shows that it did not.
      socket.end("GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    });
    let answered = false;
    socket.on("data", () => (answered = true));
    socket.on("error", () => undefined);
    socket.once("close", () => resolve(answered ? presented : REFUSED));
  });
}

const presentedByAll = (offset: number): Promise<string[]> =>
  Promise.all(SERVICES.map(({ port }) => presentedAt(port + offset, ownCredentials() ?? {})));

/** What a caller has in its directory. */
function credentialsOf(certificates: string, caller: string): ConnectionOptions {
  const read = (file: string) => readFileSync(join(certificates, caller, file));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

/** Waits until every service lets in a caller that the next authority has certified. */
async function allTrustNext({ system, certificates = "" }: DrillGround): Promise<void> {
  const read = (file: string) => readFileSync(join(certificates, "authority", file), "utf8");
  const next = { cert: read("next-cert.pem"), key: read("next-key.pem") };
  const caller = { name: CALLER, hosts: [CALLER], uri: `${SERVICE_URI}${CALLER}`, days: 1 };
  const credentials = { ca: read("cert.pem"), ...issueCertificate(next, caller) };
  await eventually(LIMIT_MS, async () => {
    for (const { name, port } of SERVICES) {
      const presented = await presentedAt(port + system.offset, credentials);
      prove(presented !== REFUSED, `${name} does not trust the next authority`);
    }
  });
}

/** Callers without a certificate, and such that the policy does not list. */
async function expectRefusals({ system, certificates = "" }: DrillGround): Promise<void> {
  const { ca } = credentialsOf(certificates, "web");
  const ledger = 4001 + system.offset;
  const bare = await presentedAt(ledger, { ca });
  prove(bare === REFUSED, "the ledger answers a caller without a certificate");
  const unlisted = await presentedAt(ledger, credentialsOf(certificates, "web"));
  prove(unlisted === REFUSED, "the ledger answers the web app, which its policy does not list");
}

/** Issues certificates, and waits until every service presents its new one. */
async function renew(ground: DrillGround, step?: (typeof AUTHORITY_STEPS)[number]): Promise<void> {
  const { offset } = ground.system;
  const before = await presentedByAll(offset);
  prove(!before.includes(REFUSED), "a service refuses the launcher's certificate");
  const to = ground.certificates ?? "";
  issueCertificates({ to, policy: readFileSync(MESH_POLICY, "utf8"), days: DAYS, step });
  if (step === "new") return allTrustNext(ground);
  await eventually(LIMIT_MS, async () => {
    const after = await presentedByAll(offset);
    const late = SERVICES.filter((_, nth) => after[nth] === before[nth] || after[nth] === REFUSED);
    prove(late.length === 0, `${late.map(({ name }) => name).join(", ")} presents no new one`);
  });
}

const newCertificates: FaultDrill = {
  name: "new-certificates",
  injects:
    "with all services in mutual TLS: new certificates, or a new authority in its three steps",
  proof:
    "every service presents another certificate; callers without one, and unlisted ones, are refused",
  withMesh: true,
  inject: async (ground) => {
    await expectRefusals(ground);
    const replacesAuthority = ground.chance(2) === 0;
    if (!replacesAuthority) await renew(ground);
    else for (const step of AUTHORITY_STEPS) await renew(ground, step);
    await expectRefusals(ground);
    const what = replacesAuthority ? "a new authority" : "new certificates";
    return `${what}; all ${SERVICES.length} services present another certificate`;
  },
};

/** Drills on mutual TLS between services. */
export const MESH_DRILLS: readonly FaultDrill[] = [newCertificates];

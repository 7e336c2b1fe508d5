import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issueCertificate, type Certified } from "@allfunds/platform/certificates";
import { parseMeshPolicy, SERVICE_URI, type MeshPolicy } from "@allfunds/platform/mesh";

/** The steps that replace an authority; each is run when every service has read what the one before wrote. */
export const AUTHORITY_STEPS = ["new", "switch", "finish"] as const;
export type AuthorityStep = (typeof AUTHORITY_STEPS)[number];

export interface IssueOptions {
  /** The directory of all certificates: `authority`, and one for each service. */
  readonly to: string;
  /** The mesh policy in JSON, which names the services. */
  readonly policy: string;
  readonly days: number;
  readonly step?: AuthorityStep | undefined;
}

const AUTHORITY_DAYS = 3_650;

/**
 * Issues new certificates to all services of a policy, by an authority that it makes the first time; returns
 * their names. Throws an Error when a step does not follow the one before.
 */
export function issueCertificates({ to, policy, days, step }: IssueOptions): string[] {
  const services = servicesOf(parseMeshPolicy(policy));
  const authority = new AuthorityFiles(join(to, "authority"));
  authority.take(step);
  for (const [name, hosts] of services) {
    const directory = join(to, name);
    mkdirSync(directory, { recursive: true });
    write(directory, "ca.pem", authority.trusted);
    // Everyone trusts the next authority before a service presents a certificate of it.
    if (step === "new" && existsSync(join(directory, "cert.pem"))) continue;
    const uri = `${SERVICE_URI}${name}`;
    const { cert, key } = issueCertificate(authority.current, { name, hosts, uri, days });
    write(directory, "key.pem", key);
    write(directory, "cert.pem", cert);
  }
  return [...services.keys()];
}

/** Every service and caller with the names by which it is called; callers that serve nothing have their own name. */
function servicesOf(policy: MeshPolicy): Map<string, readonly string[]> {
  const services = new Map<string, readonly string[]>();
  for (const { callers } of policy.services.values())
    for (const caller of callers) services.set(caller, [caller]);
  // Health checks run beside their service.
  for (const [name, { hosts }] of policy.services) services.set(name, [...hosts, "localhost"]);
  return services;
}

/** The authority, and the next one while it replaces the present one. */
class AuthorityFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!this.#has("cert.pem")) this.#make("");
  }

  get current(): Certified {
    return { cert: this.#read("cert.pem"), key: this.#read("key.pem") };
  }

  /** The certificates that services trust now. */
  get trusted(): string {
    const others = ["next-cert.pem", "old-cert.pem"].filter((name) => this.#has(name));
    return ["cert.pem", ...others].map((name) => this.#read(name)).join("");
  }

  take(step: AuthorityStep | undefined): void {
    if (step === "new") {
      if (this.#has("next-cert.pem") || this.#has("old-cert.pem"))
        throw new Error("An authority is being replaced already: go on with switch, then finish.");
      this.#make("next-");
    } else if (step === "switch") {
      if (!this.#has("next-cert.pem"))
        throw new Error("There is no next authority: begin with --authority new.");
      this.#move("cert.pem", "old-cert.pem");
      this.#move("next-key.pem", "key.pem");
      this.#move("next-cert.pem", "cert.pem");
    } else if (step === "finish") {
      if (!this.#has("old-cert.pem"))
        throw new Error("There is no old authority: begin with --authority new.");
      rmSync(join(this.#directory, "old-cert.pem"));
    }
  }

  #make(prefix: string): void {
    const { cert, key } = createAuthority("AllFunds services", AUTHORITY_DAYS);
    write(this.#directory, `${prefix}key.pem`, key);
    write(this.#directory, `${prefix}cert.pem`, cert);
  }

  #has = (name: string): boolean => existsSync(join(this.#directory, name));
  #read = (name: string): string => readFileSync(join(this.#directory, name), "utf8");
  #move = (from: string, to: string): void =>
    renameSync(join(this.#directory, from), join(this.#directory, to));
}

/** Written beside its place and moved there: a file that exists is complete. */
function write(directory: string, name: string, content: string): void {
  const path = join(directory, name);
  writeFileSync(`${path}.new`, content, { mode: name.endsWith("key.pem") ? 0o600 : 0o644 });
  renameSync(`${path}.new`, path);
}

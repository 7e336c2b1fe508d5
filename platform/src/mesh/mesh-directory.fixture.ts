import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueCertificate, type Certified } from "../certificates/index.ts";
import { createLogger } from "../logging.ts";
import { Mesh, SERVICE_URI } from "./mesh.ts";

/** Certificates of services in a directory of its own, as an operator would leave them there. */
export class MeshDirectory {
  readonly #directory = mkdtempSync(join(tmpdir(), "allfunds-mesh-"));

  /** Writes what a service presents and whom it trusts. */
  issue(service: string, by: Certified, trusted: readonly Certified[] = [by], days = 1): void {
    const { cert, key } = issueCertificate(by, {
      name: service,
      hosts: ["localhost", "127.0.0.1"],
      uri: `${SERVICE_URI}${service}`,
      days,
    });
    mkdirSync(this.#at(service), { recursive: true });
    this.trust(service, trusted);
    this.write(service, "cert.pem", cert);
    this.write(service, "key.pem", key);
  }

  trust(service: string, trusted: readonly Certified[]): void {
    this.write(service, "ca.pem", trusted.map(({ cert }) => cert).join(""));
  }

  write(service: string, name: string, content: string): void {
    writeFileSync(join(this.#at(service), name), content);
  }

  mesh(service: string, policy: unknown): Mesh {
    return new Mesh({
      service,
      certificates: this.#at(service),
      policy: JSON.stringify(policy),
      logger: createLogger("test", "silent"),
      readEveryMs: 10,
    });
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #at = (service: string): string => join(this.#directory, service);
}

export const newAuthority = (name: string): Certified => createAuthority(name, 1);

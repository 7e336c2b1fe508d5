import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { issueCertificates, type AuthorityStep } from "./issue.ts";

const POLICY = JSON.stringify({
  services: { ledger: { callers: ["gateway"] }, "ledger-db": { callers: ["ledger"] } },
});

let to = "";
beforeEach(() => {
  to = mkdtempSync(join(tmpdir(), "allfunds-certificates-"));
});
afterEach(() => rmSync(to, { recursive: true }));

const issue = (step?: AuthorityStep) => issueCertificates({ to, policy: POLICY, days: 30, step });
const read = (...path: string[]) => readFileSync(join(to, ...path), "utf8");
const certificate = (service: string) => new X509Certificate(read(service, "cert.pem"));
const trusted = (service: string): X509Certificate[] =>
  (read(service, "ca.pem").match(/-----BEGIN[^]+?END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
const verifies = (cert: X509Certificate, by: readonly X509Certificate[]): boolean =>
  by.some(({ publicKey }) => cert.verify(publicKey));
const trusts = (service: string, other: string): boolean =>
  verifies(certificate(other), trusted(service));

describe("certificates of services", () => {
  it("are issued to every service and caller of the policy by one authority", () => {
    expect(issue().sort()).toEqual(["gateway", "ledger", "ledger-db"]);
    expect(certificate("ledger").subjectAltName).toBe(
      "DNS:ledger, DNS:tasks.ledger, DNS:localhost, URI:spiffe://allfunds/ledger",
    );
    expect(trusts("gateway", "ledger") && trusts("ledger", "gateway")).toBe(true);
  });

  it("keep their keys from other users", () => {
    issue();
    expect(statSync(join(to, "ledger", "key.pem")).mode & 0o077).toBe(0);
    expect(statSync(join(to, "authority")).mode & 0o077).toBe(0);
  });

  it("are renewed by the same authority", () => {
    issue();
    const before = certificate("ledger");
    issue();
    expect(certificate("ledger").serialNumber).not.toBe(before.serialNumber);
    expect(certificate("ledger").issuer).toBe(before.issuer);
    expect(trusted("gateway")).toHaveLength(1);
  });

  it("are trusted by those who are a step behind while the authority is replaced", () => {
    issue();
    for (const step of ["new", "switch", "finish"] as const) {
      const before = { cert: certificate("ledger"), trusted: trusted("gateway") };
      issue(step);
      expect(verifies(certificate("ledger"), before.trusted)).toBe(true);
      expect(verifies(before.cert, trusted("gateway"))).toBe(true);
    }
    expect(trusted("gateway")).toHaveLength(1);
  });

  it.each([["switch"], ["finish"]] as const)("refuses the step %s before its turn", (step) => {
    issue();
    expect(() => issue(step)).toThrow(/begin with --authority new/);
  });
});

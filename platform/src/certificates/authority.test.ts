import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthority, issueCertificate } from "./index.ts";

const authority = createAuthority("Books & Öffentliches", 3_650);
const { cert, key } = issueCertificate(authority, {
  name: "ledger",
  hosts: ["ledger", "tasks.ledger", "127.0.0.1", "fd00::1:2"],
  uri: "spiffe://allfunds/ledger",
  days: 90,
});
const [issuer, issued] = [new X509Certificate(authority.cert), new X509Certificate(cert)];

describe("an authority", () => {
  it("signs itself and what it issues, and nothing else", () => {
    const other = new X509Certificate(createAuthority("other", 1).cert);
    expect(issuer.ca).toBe(true);
    expect(issuer.verify(issuer.publicKey)).toBe(true);
    expect(issued.ca).toBe(false);
    expect(issued.verify(issuer.publicKey)).toBe(true);
    expect(issued.checkIssued(issuer)).toBe(true);
    expect(issued.verify(other.publicKey)).toBe(false);
  });

  it("names the holder, its hosts and addresses, and its service", () => {
    expect(issued.subject).toBe("CN=ledger");
    expect(issued.subjectAltName).toBe(
      "DNS:ledger, DNS:tasks.ledger, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:1:2, URI:spiffe://allfunds/ledger",
    );
    expect(issued.checkHost("tasks.ledger")).toBe("tasks.ledger");
    expect(issued.checkHost("metrics")).toBeUndefined();
    expect(issued.checkIP("fd00::1:2")).toBe("fd00::1:2");
  });

  it("issues a key that belongs to the certificate, for the days that were requested", () => {
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const days = (issued.validToDate.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);
    expect(issued.validFromDate.getTime()).toBeLessThan(Date.now());
  });

  it("gives each certificate a serial number of its own, which is positive", () => {
    const serials = Array.from({ length: 20 }, () => createAuthority("serial", 1)).map(
      ({ cert: one }) => new X509Certificate(one).serialNumber,
    );
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[4-7]/);
  });
});

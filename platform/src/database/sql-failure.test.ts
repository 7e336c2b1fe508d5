import { expect, it } from "vitest";
import { databaseRefusal } from "./sql-failure.ts";

it.each([
  ["a terminated session", { code: "57P01" }, "UPSTREAM_UNAVAILABLE"],
  ["a password that was changed", { code: "28P01" }, "UPSTREAM_UNAVAILABLE"],
  ["a role that may not sign in", { code: "28000" }, "UPSTREAM_UNAVAILABLE"],
  ["a database that is gone", { code: "3D000" }, "UPSTREAM_UNAVAILABLE"],
  ["a database that is closed", { code: "55000", severity: "FATAL" }, "UPSTREAM_UNAVAILABLE"],
  ["a session that was idle in its transaction", { code: "25P03" }, "UPSTREAM_UNAVAILABLE"],
  ["a transaction beyond its time", { code: "25P04" }, "UPSTREAM_TIMEOUT"],
  ["a certificate that has ended", { code: "CERT_HAS_EXPIRED" }, "UPSTREAM_UNAVAILABLE"],
  [
    "a certificate that the server refuses",
    { code: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED" },
    "UPSTREAM_UNAVAILABLE",
  ],
  ["no way to the server", { code: "EHOSTUNREACH" }, "UPSTREAM_UNAVAILABLE"],
  ["a name without an address", { code: "EAI_AGAIN" }, "UPSTREAM_UNAVAILABLE"],
  ["too many connections", { code: "53300", severity: "FATAL" }, "OVERLOADED"],
  ["a full disk", { code: "53100" }, "STORAGE_FULL"],
  ["a disk that was full at the commit", { code: "58030", severity: "PANIC" }, "STORAGE_FULL"],
  ["a full disk of the service", { code: "ENOSPC" }, "STORAGE_FULL"],
  ["a read-only server", { code: "25006" }, "READ_ONLY"],
  ["a deadlock", { code: "40P01" }, "OVERLOADED"],
  ["a lost race", { code: "40001" }, "OVERLOADED"],
  ["a statement beyond its time", { code: "57014" }, "UPSTREAM_TIMEOUT"],
])("has a code and a time for another attempt for %s", (_what, failure, code) => {
  const refusal = databaseRefusal(Object.assign(new Error("failed"), failure));
  expect(refusal).toMatchObject({ code, retryAfterSeconds: expect.any(Number) as number });
});

it.each([{ code: "42P01" }, { code: "55000", severity: "ERROR" }, { code: "ENOENT" }, {}])(
  "leaves %o to be a fault",
  (failure) => {
    expect(databaseRefusal(Object.assign(new Error("failed"), failure))).toBeUndefined();
  },
);

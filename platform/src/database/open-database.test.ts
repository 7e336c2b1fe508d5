import { expect, it } from "vitest";
import { createLogger } from "../logging.ts";
import { openDatabase } from "./open-database.ts";

const opening = async (failure: object, message: string): Promise<unknown> =>
  openDatabase("DATABASE_URL_SHOP", createLogger("shop", "silent"), async () =>
    Promise.reject(Object.assign(new Error(message), failure)),
  );

it.each([
  ["a sign-in that is refused", { code: "28P01" }, "password authentication failed"],
  ["a setting that the server lacks", { code: "42704" }, "unrecognized configuration parameter"],
  ["a file that is not there", { code: "ENOENT" }, "no such file or directory, open 'ca.pem'"],
  ["a folder for a file", { code: "EISDIR" }, "illegal operation on a directory, read"],
  ["a certificate that has ended", { code: "CERT_HAS_EXPIRED" }, "certificate has expired"],
  ["a server without TLS", {}, "The server does not support SSL connections"],
])("names the variable of %s", async (_what, failure, message) => {
  await expect(opening(failure, message)).rejects.toMatchObject({
    name: "ConfigError",
    problems: [`DATABASE_URL_SHOP: ${message}`],
  });
});

it("leaves other failures to be faults", async () => {
  await expect(opening({ code: "42P01" }, "no such table")).rejects.toMatchObject({
    code: "42P01",
  });
});

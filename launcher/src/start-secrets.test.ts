import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSecrets } from "./start-secrets.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "start-secrets-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const PRODUCTION = { NODE_ENV: "production" };
const GIVEN = {
  IDENTITY_COOKIE_KEYS: "a",
  IDENTITY_ENCRYPTION_SECRET_FILE: "/somewhere/secret",
  WEB_CLIENT_SECRET: "c",
};

describe("the secrets of a start", () => {
  it("are made once, long, each its own, and readable by their owner only", async () => {
    const made = await startSecrets(dataDir, {}, true);
    expect(await startSecrets(dataDir, {}, true)).toEqual(made);
    const all = [...Object.values(made.identity), ...Object.values(made.system)];
    expect(new Set(all).size).toBe(7);
    for (const secret of all) expect(secret.length).toBeGreaterThanOrEqual(32);
    for (const file of ["identity-secrets.json", "system-secrets.json"]) {
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    }
  });

  it("keep those there are when a later version needs more", async () => {
    const file = join(dataDir, "system-secrets.json");
    await writeFile(file, JSON.stringify({ metrics: "kept from before" }));
    const { system } = await startSecrets(dataDir, {}, false);
    expect(system["metrics"]).toBe("kept from before");
    expect(Object.keys(JSON.parse(await readFile(file, "utf8")) as object)).toEqual([
      "metrics",
      "analytics",
      "gateway",
      "rest-bridge",
    ]);
  });

  it("are never made over a file that cannot be read", async () => {
    const file = join(dataDir, "identity-secrets.json");
    await writeFile(file, '{"IDENTITY_COOK');
    await expect(startSecrets(dataDir, {}, true)).rejects.toThrow(
      /identity-secrets.json is damaged/,
    );
    expect(await readFile(file, "utf8")).toBe('{"IDENTITY_COOK');
  });

  it("have to be given in production, all of them, unless it is a demo", async () => {
    await expect(startSecrets(dataDir, PRODUCTION, false)).rejects.toThrow(
      /IDENTITY_COOKIE_KEYS[^]*IDENTITY_ENCRYPTION_SECRET[^]*WEB_CLIENT_SECRET[^]*openssl/,
    );
    const { WEB_CLIENT_SECRET: _, ...two } = GIVEN;
    await expect(startSecrets(dataDir, { ...PRODUCTION, ...two }, false)).rejects.toThrow(
      /Set:\n {2}WEB_CLIENT_SECRET/,
    );
    await expect(startSecrets(dataDir, { ...PRODUCTION, ...GIVEN }, false)).resolves.toBeDefined();
    await expect(startSecrets(dataDir, PRODUCTION, true)).resolves.toBeDefined();
    await expect(startSecrets(dataDir, {}, false)).resolves.toBeDefined();
  });
});

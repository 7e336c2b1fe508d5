import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "../browser.fixture.ts";
import { LIFETIMES } from "../provider/lifetimes.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { registerAt } from "./applications.fixture.ts";

const WRONG_CODES = 3;

let service: RunningService;
let clientId: string;
beforeAll(async () => {
  service = await openService({
    env: { TRUSTED_PROXIES: "127.0.0.1" },
    rates: { wrongUserCodes: WRONG_CODES },
  });
  const admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  const app = { authentication: "none", redirectUris: [], devices: true };
  clientId = (await registerAt(service, admin, app)).id;
});
afterAll(() => service.close());

let addresses = 0;
const browserAt = (ip = `198.51.100.${(addresses += 1)}`): PlainBrowser =>
  new PlainBrowser({ "x-forwarded-for": ip });

interface Device {
  readonly user_code: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
}

async function startDevice(): Promise<Device> {
  const answer = await fetch(`${service.issuer}/oauth/device-authorization`, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, scope: "openid ledger:read" }),
  });
  return (await answer.json()) as Device;
}

const typeCode = async (browser: PlainBrowser, code: string): Promise<Shown> =>
  browser.submit(await browser.open(`${service.issuer}/oauth/device`), "/oauth/device", {
    user_code: code,
  });

const WRONG = "BBBB-BBBB";

describe("the code that a device shows", () => {
  test("is one of 20^8, and lives ten minutes", async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, startDevice));
    for (const { user_code: code, expires_in: seconds } of codes) {
      expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
      expect(seconds).toBe(LIFETIMES["DeviceCode"]);
    }
    expect(new Set(codes.map(({ user_code: code }) => code)).size).toBe(50);
    const drawn = codes.flatMap(({ user_code: code }) => code.replace("-", "").split(""));
    // Of 400 that are drawn evenly each occurs; a fixed one does not pass.
    expect(new Set(drawn).size).toBeGreaterThan(15);
  });

  test("is guessed a few times from one address, also by codes in parallel, then not even a right one counts", async () => {
    const { user_code: right } = await startDevice();
    const browser = browserAt("203.0.113.1");
    expect((await typeCode(browser, right)).title).toBe("Is this your device?");
    const guesses = Array.from({ length: WRONG_CODES + 4 }, () =>
      typeCode(browserAt("203.0.113.1"), WRONG),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const refused = await typeCode(browser, right);
    expect(refused.status).toBe(429);
    expect(refused.text).toContain("Too many attempts. Try again in 15 minutes.");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
    // Its user, elsewhere, goes on.
    expect((await typeCode(browserAt(), right)).title).toBe("Is this your device?");
  });

  test("may be typed right any number of times", async () => {
    const browser = browserAt();
    for (let time = 0; time < WRONG_CODES + 2; time += 1) {
      const { user_code: code } = await startDevice();
      expect((await typeCode(browser, code)).title).toBe("Is this your device?");
    }
  });

  test("is refused once it has expired", async () => {
    const { user_code: code } = await startDevice();
    await service.parts.pool.query(
      "UPDATE protocol_record SET expires_at = now() - interval '1 second' WHERE kind = 'DeviceCode'",
    );
    expect((await typeCode(browserAt(), code)).text).toContain("There is no such code");
  });

  test("confirms nothing by its address alone, nor by a form of another site", async () => {
    const { verification_uri_complete: address, user_code: code } = await startDevice();
    const browser = browserAt();
    const opened = await browser.open(address);
    expect(opened.forms[0]?.hidden).not.toHaveProperty("confirm");
    const confirm = { user_code: code, confirm: "yes" };
    const forged = await browser.post(
      `${service.issuer}/oauth/device`,
      { ...confirm, xsrf: "guessed" },
      "https://evil.example",
    );
    expect(forged.title).not.toBe("Sign in");
    const { rows } = await service.parts.pool.query<{ started: boolean }>(
      `SELECT payload ? 'inFlight' AS started FROM protocol_record
       WHERE kind = 'DeviceCode' AND expires_at > now() ORDER BY expires_at DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ started: false }]);
  });
});

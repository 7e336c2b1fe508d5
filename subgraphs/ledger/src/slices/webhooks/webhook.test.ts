import type { AppError } from "@allfunds/contract/errors";
import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AllowedNetworks, areNetworks, isPublicAddress } from "./allowed-networks.ts";
import { refuseSettings, signatureOf, spellSecret, type WebhookSettings } from "./webhook.ts";
import {
  bodyOf,
  messageId,
  retryAfterMs,
  waitAfter,
  withoutPersonal,
  type Attempt,
} from "./webhook-delivery.ts";
import { outcomeOf, reasonToDisable } from "./webhook-sender.ts";

const SETTINGS: WebhookSettings = {
  url: "https://hooks.example/in",
  description: "",
  eventTypes: null,
  fundIds: null,
  personalData: false,
};

function faultsOf(settings: Partial<WebhookSettings>, networks = ""): string[] {
  try {
    refuseSettings({ ...SETTINGS, ...settings }, new AllowedNetworks(networks));
    return [];
  } catch (error) {
    return ((error as AppError).violations ?? []).map(({ path }) => path);
  }
}

describe("the settings of a webhook", () => {
  test.each([
    ["https://hooks.example/in", "", []],
    ["https://93.184.215.14/in", "", []],
    ["http://hooks.example/in", "", ["url"]],
    ["ftp://hooks.example", "", ["url"]],
    ["nothing", "", ["url"]],
    ["https://user:pass@hooks.example", "", ["url"]],
    ["https://hooks.example/#part", "", ["url"]],
    ["https://10.0.0.1", "", ["url"]],
    // Other spellings of 127.0.0.1 and of the address of cloud metadata.
    ["https://2130706433", "", ["url"]],
    ["https://0x7f.1", "", ["url"]],
    ["https://0177.0.0.1", "", ["url"]],
    ["https://127.1", "", ["url"]],
    ["https://[::ffff:169.254.169.254]/latest", "", ["url"]],
    ["https://[::ffff:7f00:1]", "", ["url"]],
    ["https://[0:0:0:0:0:0:a00:1]", "", ["url"]],
    ["https://[64:ff9b::10.0.0.1]", "", ["url"]],
    ["https://[fe80::1%25eth0]", "", ["url"]],
    ["http://127.0.0.1:9/in", "", ["url"]],
    ["http://127.0.0.1:9/in", "127.0.0.0/8", []],
    ["http://localhost:9/in", "127.0.0.0/8", []],
    ["http://[::1]:9/in", "::1/128", []],
    ["http://10.0.0.1/in", "10.0.0.0/8", ["url"]],
    ["https://10.0.0.1/in", "10.0.0.0/8", []],
    ["https://10.0.0.1/in", "127.0.0.0/8", ["url"]],
  ])("with the URL %s, networks '%s' allowed, have the faults %j", (url, networks, faults) => {
    expect(faultsOf({ url }, networks)).toEqual(faults);
  });

  test("name every fault at once", () => {
    const wrong = { eventTypes: ["TransactionPosted", "Nothing"], fundIds: ["x"], url: "x" };
    expect(faultsOf(wrong)).toEqual(["url", "eventTypes.1", "fundIds.0"]);
    expect(faultsOf({ eventTypes: [], fundIds: [] })).toEqual(["eventTypes", "fundIds"]);
  });
});

test("a list of networks is refused when one is none", () => {
  expect(["", "10.0.0.0/8, fd00::/8", "10.0.0.0", "ten/8", "10.0.0.0/33"].map(areNetworks)).toEqual(
    [true, true, false, false, false],
  );
});

test.each([
  ["8.8.8.8", true],
  ["2606:4700::1111", true],
  ["0.0.0.0", false],
  ["100.64.0.1", false],
  ["127.8.8.8", false],
  ["169.254.169.254", false],
  ["172.31.255.255", false],
  ["192.168.1.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::ffff:8.8.8.8", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:a00:1", false],
  ["::ffff:0:7f00:1", false],
  ["::127.0.0.1", false],
  ["64:ff9b::7f00:1", false],
  ["64:ff9b:1::a00:1", false],
  ["100::1", false],
  ["2001::7f00:1", false],
  ["2001:db8::1", false],
  ["3fff::1", false],
  ["fec0::1", false],
  ["ff02::1", false],
  ["fe80::1%eth0", false],
  ["2002:7f00:1::", false],
  ["fd00:ec2::254", false],
  ["fe80::1", false],
  ["hooks.example", false],
])("the address %s is public: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test("a message is signed as the Standard Webhooks specification does in its tests", () => {
  const secret = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  const message = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  expect(signatureOf([secret], message)).toBe(signature);
  expect(signatureOf([Buffer.from("another"), secret], message).split(" ")[1]).toBe(signature);
  expect(spellSecret(secret)).toBe("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
});

describe("a body", () => {
  const event = {
    fundId: newId(),
    position: 7,
    type: "TransactionPosted",
    recordedAt: "2026-06-30T12:00:00.000Z",
    payload: {
      transactionId: "t",
      description: "Rent of John Doe",
      entries: [{ accountId: "a", amount: "1.00" }],
      source: { kind: "STATEMENT", counterparty: "John Doe" },
    },
  };
  const tenantId = newId();
  const read = (personalData: boolean, from = event): Record<string, unknown> =>
    JSON.parse(bodyOf("m", from, { tenantId, personalData })) as Record<string, unknown>;

  test("has ids and amounts without its tenant, and texts and parties on request only", () => {
    const envelope = { id: "m", type: event.type, timestamp: event.recordedAt };
    const { fundId, position } = event;
    expect(read(true)).toEqual({ ...envelope, data: { ...event.payload, fundId, position } });
    const { transactionId, entries } = event.payload;
    const source = { kind: "STATEMENT" };
    expect(read(false)).toEqual({
      ...envelope,
      data: { transactionId, entries, source, fundId, position },
    });
  });

  test("of the tenant's own book has no fund", () => {
    expect(read(true, { ...event, fundId: tenantId })).toMatchObject({ data: { fundId: null } });
  });

  test("has no personal member at any depth", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const nested = { a: [{ counterparty: value, b: { iban: value, kept: 1 } }], reason: value };
        expect(withoutPersonal(nested)).toEqual({ a: [{ b: { kept: 1 } }] });
      }),
    );
  });

  test("gets one id per webhook, event and history", () => {
    const [first, second] = [newId(), newId()];
    const ids = [
      messageId(first, event),
      messageId(first, { ...event }),
      messageId(second, event),
      messageId(first, { ...event, position: 8 }),
      messageId(first, { ...event, recordedAt: "2026-06-30T12:00:00.001Z" }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("retries", () => {
  test("wait longer each time, for three days in all, and never shorter than its Retry-After", () => {
    const waits = Array.from({ length: 9 }, (_, at) => waitAfter(at + 1, 0.5) ?? 0);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
    expect(waits[0]).toBe(5_000);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000).toBeCloseTo(75.6, 1);
    expect(waitAfter(10, 0.5)).toBeUndefined();
    expect(waitAfter(1, 0)).toBe(4_000);
    expect(waitAfter(1, 1)).toBe(6_000);
    expect(waitAfter(1, 0.5, 60_000)).toBe(60_000);
    expect(waitAfter(1, 0.5, 1e12)).toBe(24 * 3_600_000);
  });

  test("read Retry-After in seconds and as a date", () => {
    const now = Date.UTC(2026, 5, 30);
    const texts = ["120", "Tue, 30 Jun 2026 00:01:00 GMT", "Mon, 29 Jun 2026 00:00:00 GMT", "soon"];
    expect(texts.map((text) => retryAfterMs(text, now))).toEqual([120_000, 60_000, 0, 0]);
    expect(retryAfterMs(undefined, now)).toBe(0);
  });

  const at = new Date("2026-06-30T12:00:00Z");
  const hoursAgo = (hours: number): Date => new Date(at.getTime() - hours * 3_600_000);
  const failed: Attempt = {
    startedAt: at,
    durationMs: 1,
    status: 500,
    fault: "STATUS",
    answer: "",
    retryAfterMs: 0,
  };
  const tenth = { attempts: 9, firstAttemptAt: hoursAgo(75) };

  test("end with the delivery given up where others were accepted, and with none lost otherwise", () => {
    expect(outcomeOf(tenth, failed, hoursAgo(10)).state).toBe("FAILED");
    expect(outcomeOf(tenth, failed, hoursAgo(75)).state).toBe("PENDING");
    expect(outcomeOf({ attempts: 0, firstAttemptAt: null }, failed, null).state).toBe("PENDING");
    expect(outcomeOf(tenth, { ...failed, fault: null }, hoursAgo(75)).state).toBe("DELIVERED");
  });

  test("end with the webhook disabled after three days without an accepted message, or by 410", () => {
    expect(reasonToDisable(failed, hoursAgo(71))).toBeUndefined();
    expect(reasonToDisable(failed, hoursAgo(72))).toBe("FAILING");
    expect(reasonToDisable({ ...failed, fault: "GONE" }, null)).toBe("GONE");
    expect(reasonToDisable({ ...failed, fault: null }, null)).toBeUndefined();
  });
});

import { ClientCredentials } from "@allfunds/platform";
import { decodeProtectedHeader } from "jose";
import { expect, it } from "vitest";
import type { RunningSystem } from "./running-system.ts";
import { rotateKeyOf } from "./signing-key.ts";

const LEAD_SECONDS = 2;
const ROTATION_LIMIT_MS = 20_000;
const GOES_ON_MS = 1_500;

/** The issuer changes its key while every service is asked with the oldest token and the newest. */
export function keysRotateUnderLoad(system: () => RunningSystem): void {
  it("a new signing key costs nobody who has a good token a refusal", async () => {
    const { tokenEndpoint, resource, clients } = await system().demo();
    const [client] = clients;
    if (client === undefined) throw new Error("the demo has no client");
    const newToken = (): Promise<string> =>
      new ClientCredentials({ tokenEndpoint, resource, ...client }).token();
    const oldest = await newToken();
    const statuses = new Map<number, number>();
    const keys = new Set<string | undefined>();
    const end = new AbortController();

    const load = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const newest = await newToken();
        for (const token of [oldest, newest]) {
          for (const status of await askEveryService(system(), token)) {
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        }
        keys.add(decodeProtectedHeader(newest).kid);
      }
    };
    const rotate = async (): Promise<void> => {
      try {
        await rotateKeyOf(system(), LEAD_SECONDS);
        await expect.poll(() => keys.size, { timeout: ROTATION_LIMIT_MS, interval: 50 }).toBe(2);
        await new Promise((resolve) => setTimeout(resolve, GOES_ON_MS));
      } finally {
        end.abort();
      }
    };
    await Promise.all([load(), load(), rotate()]);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(200);
  }, 60_000);
}

/** One question to everything that reads tokens. */
const askEveryService = (system: RunningSystem, token: string): Promise<number[]> =>
  Promise.all([
    ...[4000, 4001, 4002, 4003, 4100].map((port) =>
      statusOf(system.url(port, "/graphql"), token, JSON.stringify({ query: "{ __typename }" })),
    ),
    statusOf(system.url(8001, "/api/v1/analyze"), token, ANALYSIS),
  ]);

const ANALYSIS = JSON.stringify({ kind: "SENTIMENT", texts: ["fine"] });

async function statusOf(url: string, token: string, body: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { SCOPES } from "./access/scopes.ts";
import { StandInGraph } from "./stand-in/graph.fixture.ts";
import { CASH, FUND } from "./stand-in/sample-values.fixture.ts";
import { freePort } from "./running-graph.fixture.ts";
import { startGraph } from "./stand-in/serve-graph.fixture.ts";

const SERVICES = ["REST_PORT", "REST_ANALYTICS_PORT", "REST_METRICS_PORT"] as const;
type Service = (typeof SERVICES)[number];
const HOME = fileURLToPath(new URL("..", import.meta.url));

let served: Awaited<ReturnType<typeof startGraph>>;
let bridge: ChildProcess;
let issuer: TestIssuer;
let ports: Readonly<Record<Service, number>>;

beforeAll(async () => {
  served = await startGraph(new StandInGraph());
  issuer = await createTestIssuer();
  ports = {
    REST_PORT: await freePort(),
    REST_ANALYTICS_PORT: await freePort(),
    REST_METRICS_PORT: await freePort(),
  };
  const chosen = Object.entries(ports).map(([name, port]) => [name, String(port)]);
  bridge = fork("src/main.ts", {
    cwd: HOME,
    execArgv: ["--conditions=source", "--import", "tsx"],
    env: {
      ...process.env,
      GATEWAY_URL: served.url,
      OIDC_ISSUER: issuer.url,
      ...Object.fromEntries(chosen),
      LOG_LEVEL: "fatal",
      // The platform's decorated classes lie outside this package's own tsconfig.
      TSX_TSCONFIG_PATH: "../tsconfig.base.json",
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await untilReady("REST_PORT");
});
afterAll(async () => {
  bridge.kill("SIGKILL");
  await served.close();
  issuer.stop();
});

const addressOf = (service: Service): string => `http://127.0.0.1:${ports[service]}`;

const status = async (service: Service, path: string): Promise<number> => {
  const headers = await issuer.headers({ scopes: Object.keys(SCOPES) });
  const response = await fetch(addressOf(service) + path, { headers });
  await response.body?.cancel();
  return response.status;
};

async function untilReady(service: Service): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if ((await status(service, "/health/ready").catch(() => 0)) === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the bridge did not become ready");
}

describe("one process", () => {
  const METRICS = `/api/v1/metrics?fundId=${FUND}`;
  const FORECASTS = `/api/v1/forecasts?accountId=${CASH}`;
  // Not ready in the stand-in, which is an answer all the same.
  const PREDICTIONS = `/api/v1/predictions?fundId=${FUND}`;

  it.each<[Service, string, number]>([
    ["REST_PORT", "/api/v1/ledger", 200],
    ["REST_PORT", METRICS, 200],
    ["REST_PORT", PREDICTIONS, 503],
    ["REST_PORT", "/api/v1/analyze", 405],
    ["REST_ANALYTICS_PORT", PREDICTIONS, 503],
    ["REST_ANALYTICS_PORT", "/api/v1/analyze", 405],
    ["REST_ANALYTICS_PORT", METRICS, 404],
    ["REST_ANALYTICS_PORT", "/api/v1/ledger", 404],
    ["REST_METRICS_PORT", METRICS, 200],
    ["REST_METRICS_PORT", FORECASTS, 200],
    ["REST_METRICS_PORT", PREDICTIONS, 404],
    ["REST_METRICS_PORT", "/api/v1/transactions", 404],
    ["REST_ANALYTICS_PORT", "/health/ready", 200],
    ["REST_METRICS_PORT", "/health/ready", 200],
  ])("on its %s answers GET %s with %i", async (service, path, expected) => {
    expect(await status(service, path)).toBe(expected);
  });

  it("describes on each port what that port serves", async () => {
    const response = await fetch(`${addressOf("REST_METRICS_PORT")}/api/v1/openapi.json`);
    const { paths } = (await response.json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(["/api/v1/metrics", "/api/v1/forecasts"]);
  });

  it("stops on SIGTERM with exit code 0 and frees every port", async () => {
    const exited = once(bridge, "exit");
    bridge.kill("SIGTERM");
    expect((await exited)[0]).toBe(0);
    for (const service of SERVICES) {
      await expect(status(service, "/health/live")).rejects.toThrow("fetch failed");
    }
  });
});

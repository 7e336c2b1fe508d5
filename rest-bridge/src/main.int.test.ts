import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { freePort } from "@allfunds/platform/testing/free-port";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "./endpoint/access.ts";
import { FakeGraph } from "./fake-graph/fake-graph.fixture.ts";
import { CASH, FUND } from "./fake-graph/sample-values.fixture.ts";
import { serveFakeGraph } from "./fake-graph/serve-fake-graph.fixture.ts";
import { untilReady } from "./service.fixture.ts";

const PORTS = ["REST_PORT", "REST_ANALYTICS_PORT", "REST_METRICS_PORT"] as const;
type PortName = (typeof PORTS)[number];
const FOLDER = fileURLToPath(new URL("..", import.meta.url));

let served: Awaited<ReturnType<typeof serveFakeGraph>>;
let bridge: ChildProcess;
let issuer: TestIssuer;
let ports: Readonly<Record<PortName, number>>;

beforeAll(async () => {
  served = await serveFakeGraph(new FakeGraph());
  issuer = await createTestIssuer();
  ports = {
    REST_PORT: await freePort(),
    REST_ANALYTICS_PORT: await freePort(),
    REST_METRICS_PORT: await freePort(),
  };
  const chosen = Object.entries(ports).map(([name, port]) => [name, String(port)]);
  bridge = fork("src/main.ts", {
    cwd: FOLDER,
    execArgv: ["--conditions=source", "--import", "tsx"],
    env: {
      ...process.env,
      GATEWAY_URL: served.url,
      OIDC_ISSUER: issuer.url,
      ...Object.fromEntries(chosen),
      LOG_LEVEL: "fatal",
      // The platform's decorated classes are outside this package's tsconfig.
      TSX_TSCONFIG_PATH: "../tsconfig.base.json",
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await untilReady(() => get("REST_PORT", "/health/ready"));
});
afterAll(async () => {
  bridge.kill("SIGKILL");
  await served.close();
  issuer.stop();
});

const addressOf = (name: PortName): string => `http://127.0.0.1:${ports[name]}`;

const get = async (name: PortName, path: string): Promise<Response> => {
  const headers = await issuer.headers({ scopes: Object.keys(SCOPES) });
  const response = await fetch(addressOf(name) + path, { headers });
  await response.body?.cancel();
  return response;
};

describe("one process", () => {
  const METRICS = `/api/v1/metrics?fundId=${FUND}`;
  const FORECASTS = `/api/v1/forecasts?accountId=${CASH}`;
  // The fake graph has no predictions yet: 503 is the answer of an endpoint that is served.
  const PREDICTIONS = `/api/v1/predictions?fundId=${FUND}`;

  it.each<[PortName, string, number]>([
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
  ])("answers on its %s GET %s with %i", async (name, path, expected) => {
    expect((await get(name, path)).status).toBe(expected);
  });

  it.each(PORTS)("reports on its %s that it is ready", async (name) => {
    expect(await untilReady(() => get(name, "/health/ready"))).toMatchObject({ status: 200 });
  });

  it("describes on each port the endpoints of that port", async () => {
    const response = await fetch(`${addressOf("REST_METRICS_PORT")}/api/v1/openapi.json`);
    const { paths } = (await response.json()) as { paths: object };
    expect(Object.keys(paths)).toEqual([
      "/api/v1/metrics",
      "/api/v1/indicators",
      "/api/v1/forecasts",
      "/api/v1/portfolio-risk",
      "/api/v1/simulations",
      "/api/v1/jobs/{id}",
      "/api/v1/jobs/{id}/cancel",
    ]);
  });

  it("stops on SIGTERM with exit code 0 and frees every port", async () => {
    const exited = once(bridge, "exit");
    bridge.kill("SIGTERM");
    expect((await exited)[0]).toBe(0);
    for (const name of PORTS) {
      await expect(get(name, "/health/live")).rejects.toThrow("fetch failed");
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type PeerCertificate } from "node:tls";
import { WebSocket } from "ws";
import { OPEN_TO_ALL } from "../auth/index.ts";
import { createHttpServer, createStrictSockets } from "../http/index.ts";
import { createLogger } from "../logging.ts";
import { STANDARD_UPSTREAM_POLICY, Upstream } from "../upstream/index.ts";
import { joinMesh, type Mesh } from "./index.ts";
import { MeshDirectory, newAuthority } from "./mesh-directory.fixture.ts";

const POLICY = {
  calls: { silenceLimitMs: 60_000 },
  services: {
    ledger: { callers: ["gateway"], hosts: ["localhost"], timeLimitMs: 5_000 },
    gateway: { callers: [] },
    web: { callers: [] },
  },
};

const [old, next] = [newAuthority("old authority"), newAuthority("next authority")];
const closers: (() => unknown)[] = [];
let directory: MeshDirectory;

beforeEach(() => {
  directory = new MeshDirectory();
  closers.unshift(() => directory.remove());
  for (const service of ["ledger", "gateway", "web"]) directory.issue(service, old);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function meshOf(service: string): Mesh {
  const mesh = directory.mesh(service, POLICY);
  closers.unshift(() => mesh.close());
  return mesh;
}

/** A ledger that answers at `/` and takes sockets. */
async function serveLedger(): Promise<{ readonly url: string; readonly mesh: Mesh }> {
  const mesh = meshOf("ledger");
  const logger = createLogger("test", "silent");
  const server = createHttpServer({ service: "ledger", logger, authentication: OPEN_TO_ALL, mesh });
  server.app.get("/", () => ({ service: "ledger" }));
  server.app.post("/", () => ({ service: "ledger" }));
  const sockets = createStrictSockets({ server: server.app.server, path: "/graphql" });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  closers.unshift(() => server.app.close());
  closers.unshift(() => sockets.clients.forEach((socket) => socket.terminate()));
  const { port } = server.app.server.address() as { port: number };
  return { url: `https://localhost:${port}`, mesh };
}

/** Calls with the certificate of a service from now on. */
const callAs = (service: string): Mesh => {
  const mesh = meshOf(service);
  closers.unshift(joinMesh(mesh));
  return mesh;
};

const statusOf = async (url: string): Promise<number> =>
  fetch(url).then(
    (response) => response.status,
    () => 0,
  );

async function socketTo(url: string, caller: Mesh): Promise<"open" | "refused"> {
  const socket = new WebSocket(`${url.replace("https", "wss")}/graphql`, {
    ...caller.credentialsFor("localhost"),
  });
  return new Promise((resolve) => {
    socket.once("open", () => resolve("open"));
    socket.once("error", () => resolve("refused"));
  });
}

/** What the server presents to a new connection, which trusts either authority. */
async function presentedTo(url: string, caller: Mesh): Promise<PeerCertificate> {
  const { cert, key } = caller.credentialsFor("localhost") ?? {};
  const socket = connect({
    port: Number(new URL(url).port),
    servername: "localhost",
    ca: old.cert + next.cert,
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  const presented = await new Promise<PeerCertificate>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("secureConnect", () => resolve(socket.getPeerCertificate()));
  });
  socket.destroy();
  return presented;
}

describe("a service of a mesh", () => {
  it("answers callers on its list over HTTP and sockets, and refuses others", async () => {
    const { url, mesh } = await serveLedger();
    const gateway = callAs("gateway");
    expect(await statusOf(url)).toBe(200);
    expect(await statusOf(`${url}/health/ready`)).toBe(200);
    expect(await socketTo(url, gateway)).toBe("open");
    const web = callAs("web");
    expect(await statusOf(url)).toBe(0);
    expect(await socketTo(url, web)).toBe("refused");
    expect(mesh.refused).toBe(2);
  });

  it("calls itself at localhost, also over HTTP/2, whatever names the policy has for it", async () => {
    const mesh = directory.mesh("web", { services: { web: { callers: [] } } });
    closers.unshift(joinMesh(mesh));
    const server = createHttpServer({
      service: "web",
      logger: createLogger("test", "silent"),
      authentication: OPEN_TO_ALL,
      mesh,
      http2: true,
    });
    await server.app.listen({ host: "127.0.0.1", port: 0 });
    closers.unshift(() => server.app.close());
    const { port } = server.app.server.address() as { port: number };
    expect(await statusOf(`https://localhost:${port}/health/live`)).toBe(200);
    const client = connectHttp2(`https://localhost:${port}`, mesh.credentialsFor("localhost"));
    const [headers] = await once(client.request({ ":path": "/health/live" }), "response");
    expect(headers).toMatchObject({ ":status": 200 });
    client.destroy();
  });

  it("refuses callers without a certificate, of another authority, and in plain HTTP", async () => {
    const { url } = await serveLedger();
    directory.issue("gateway", next, [old]);
    callAs("gateway");
    expect(await statusOf(url)).toBe(0);
    expect(await statusOf(url.replace("localhost", "127.0.0.1"))).toBe(0);
    expect(await statusOf(url.replace("https", "http"))).toBe(0);
  });

  it("is not called when it presents a certificate of another authority", async () => {
    directory.issue("ledger", next, [old, next]);
    const { url } = await serveLedger();
    callAs("gateway");
    expect(await statusOf(url)).toBe(0);
  });

  it("answers every request while certificates and authority are replaced", async () => {
    const { url } = await serveLedger();
    const gateway = callAs("gateway");
    const upstream = new Upstream(
      url,
      {
        probe: { method: "GET", path: "/", headers: {} },
        isAnswer: ({ status }) => status === 200,
      },
      { ...STANDARD_UPSTREAM_POLICY, retryReserve: 0, retryShare: 0 },
    );
    closers.unshift(() => upstream.close());
    const over = new AbortController();
    const statuses: number[] = [];
    const load = Array.from({ length: 4 }, async (_, worker) => {
      while (!over.signal.aborted)
        statuses.push(await (worker % 2 === 0 ? post(upstream) : statusOf(url)));
    });
    for (const replace of rotation()) {
      replace();
      const before = statuses.length;
      await expect.poll(() => statuses.length - before, { timeout: 20_000 }).toBeGreaterThan(40);
      // A new connection each time: the established ones stay through every step.
      await expect.poll(async () => socketTo(url, gateway), { timeout: 20_000 }).toBe("open");
    }
    const issuer = async () => (await presentedTo(url, gateway)).issuer.CN;
    await expect.poll(issuer, { timeout: 20_000 }).toBe("next authority");
    over.abort();
    await Promise.all(load);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

/** The steps by which an operator replaces an authority: trust both, present the next, trust only the next. */
const rotation = () => [
  () => ["ledger", "gateway"].forEach((service) => directory.trust(service, [old, next])),
  () => directory.write("ledger", "cert.pem", "half a certificate"),
  () => ["ledger", "gateway"].forEach((service) => directory.issue(service, next, [old, next])),
  () => ["ledger", "gateway"].forEach((service) => directory.trust(service, [next])),
];

async function post(upstream: Upstream): Promise<number> {
  const { status } = await upstream.request({
    method: "POST",
    path: "/",
    headers: { "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(20_000),
    isRead: false,
    isRepeatable: false,
  });
  return status;
}

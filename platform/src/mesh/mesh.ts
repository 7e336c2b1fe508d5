import type { RequestListener, Server as HttpServer } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { TLSSocket } from "node:tls";
import { Agent, buildConnector, setGlobalDispatcher } from "undici";
import { CredentialFiles, type Credentials, type MeshLogger } from "./credential-files.ts";
import { parseMeshPolicy, type CallPolicy, type MeshPolicy } from "./mesh-policy.ts";

/** The prefix of the names that certificates give services, as SPIFFE has them. */
export const SERVICE_URI = "spiffe://allfunds/";

/** Where a service calls itself: the certificate of each has this name. */
export const OWN_HOST = "localhost";

export interface MeshOptions {
  /** The name of this service. */
  readonly service: string;
  /** The directory of its `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certificates: string;
  /** The policy in JSON. */
  readonly policy: string;
  readonly logger: MeshLogger;
  readonly readEveryMs?: number;
}

/**
 * Mutual TLS between services: whom this service lets connect, and what it presents to those it calls. Its
 * certificates are replaced without a restart; connections that exist stay.
 */
export class Mesh {
  readonly service: string;
  readonly #policy: MeshPolicy;
  readonly #files: CredentialFiles;
  readonly #logger: MeshLogger;
  readonly #reported = new Set<string>();
  #refused = 0;

  /** Throws an Error that names the file or the part of the policy that is at fault. */
  constructor({ service, certificates, policy, logger, readEveryMs }: MeshOptions) {
    this.service = service;
    this.#policy = parseMeshPolicy(policy);
    if (!this.#policy.services.has(service)) throw new Error(`the policy has no ${service}`);
    this.#logger = logger;
    this.#files = new CredentialFiles(certificates, logger, readEveryMs);
  }

  /** The longest that this service works on one request; undefined when the policy states none. */
  get timeLimitMs(): number | undefined {
    return this.#policy.services.get(this.service)?.timeLimitMs;
  }

  /** When the certificate ends, in milliseconds since 1970. */
  get expiresAtMs(): number {
    return this.#files.expiresAtMs;
  }

  /** Connections refused because their callers may not call this service. */
  get refused(): number {
    return this.#refused;
  }

  /** How a host is called; undefined when it belongs to no service. */
  callsTo(host: string): CallPolicy | undefined {
    const called = this.#serviceAt(host);
    return called === undefined ? undefined : { ...this.#policy.calls, ...called.calls };
  }

  /** What to present to a host, and whom to expect there; undefined when it belongs to no service. */
  credentialsFor(host: string): Credentials | undefined {
    return this.#serviceAt(host) === undefined ? undefined : this.#files.current;
  }

  /** A server that callers on the list of this service may connect to, with a certificate. */
  createServer(options: ServerOptions, listener: RequestListener): HttpServer {
    const server = createServer(
      {
        ...options,
        ...this.#files.current,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: "TLSv1.3",
      },
      listener,
    );
    server.prependListener("secureConnection", (socket) => this.#admit(socket));
    this.#files.follow((credentials) => server.setSecureContext(secureContextOf(credentials)));
    return server;
  }

  /** Has `fetch` present this service's certificate to services, and to no other host. */
  useForFetch(): void {
    const toServices = connectFresh((host) => this.credentialsFor(host));
    setGlobalDispatcher(new Agent({ connect: toServices, allowH2: false }));
  }

  close(): void {
    this.#files.close();
  }

  #serviceAt(host: string) {
    for (const service of this.#policy.services.values())
      if (service.hosts.includes(host)) return service;
    return host === OWN_HOST ? this.#policy.services.get(this.service) : undefined;
  }

  #admit(socket: TLSSocket): void {
    const caller = callerOf(socket);
    const callers = this.#policy.services.get(this.service)?.callers;
    if (caller !== undefined && callers?.has(caller) === true) return;
    this.#refused += 1;
    const name = caller ?? "a caller without a name";
    if (!this.#reported.has(name))
      this.#logger.warn(
        { caller: name },
        "connection refused: the policy does not list its caller",
      );
    this.#reported.add(name);
    socket.destroy();
  }
}

/** Without `minVersion` the new context would accept what the server was created to refuse. */
const secureContextOf = (credentials: Credentials) =>
  ({ ...credentials, minVersion: "TLSv1.3" }) as const;

/** The service that a verified certificate names. */
function callerOf(socket: TLSSocket): string | undefined {
  const names = socket.getPeerCertificate().subjectaltname?.split(", ") ?? [];
  const prefix = `URI:${SERVICE_URI}`;
  return names.find((name) => name.startsWith(prefix))?.slice(prefix.length);
}

/**
 * A connector that takes the newest credentials for each connection. `credentialsFor` gives those for a host;
 * a host without any is reached as usual.
 */
export function connectFresh(
  credentialsFor: (host: string) => Credentials | undefined,
  options: buildConnector.BuildOptions = {},
): buildConnector.connector {
  const usual = buildConnector({ allowH2: false, ...options });
  let newest: Credentials | undefined;
  let secure = usual;
  return (target, callback) => {
    const credentials = target.protocol === "https:" ? credentialsFor(target.hostname) : undefined;
    if (credentials === undefined) return usual(target, callback);
    if (credentials !== newest) {
      newest = credentials;
      secure = buildConnector({ allowH2: false, ...options, ...credentials });
    }
    return secure(target, callback);
  };
}

let joined: Mesh | undefined;

/** The mesh of this process; undefined when services reach each other without TLS. */
export const currentMesh = (): Mesh | undefined => joined;

/** Makes a mesh that of this process, for what it serves and calls from now on; returns how to leave it. */
export function joinMesh(mesh: Mesh): () => void {
  joined = mesh;
  mesh.useForFetch();
  return () => {
    joined = undefined;
    mesh.close();
    setGlobalDispatcher(new Agent({ allowH2: false }));
  };
}

import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { hostOf, type AllowedNetworks } from "./allowed-networks.ts";
import {
  faultOfStatus,
  retryAfterMs,
  type Attempt,
  type AttemptFault,
} from "./webhook-delivery.ts";

/** All addresses of a host name, as `dns.lookup` finds them. */
type ResolveHost = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: ResolveHost = (host, done) =>
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses));

export interface MessageSenderOptions {
  readonly networks: AllowedNetworks;
  readonly resolveHost?: ResolveHost;
  /** How long an attempt may take with all of its answer, in milliseconds. */
  readonly limitMs?: number;
}

const LIMIT_MS = 15_000;
const MOST_ANSWER_BYTES = 16 * 1024;
const MOST_LOGGED_CHARACTERS = 1_000;
const IDLE_MS = 5_000;

class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
}

/**
 * Sends messages to receivers that tenants name. Only addresses that are allowed are connected to: they are
 * checked when the connection is made, by what the name resolves to then. No redirect is followed.
 */
export class MessageSender {
  readonly #networks: AllowedNetworks;
  readonly #limitMs: number;
  readonly #lookup: LookupFunction;
  readonly #agents = {
    "http:": new HttpAgent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 16 }),
    "https:": new HttpsAgent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 16 }),
  };

  constructor({
    networks,
    resolveHost = resolveBySystem,
    limitMs = LIMIT_MS,
  }: MessageSenderOptions) {
    this.#networks = networks;
    this.#limitMs = limitMs;
    this.#lookup = lookupAmong(networks, resolveHost);
  }

  /** Posts a body and never throws; undefined when `stop` ended it, so that nothing is known of it. */
  async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    stop: AbortSignal,
  ): Promise<Attempt | undefined> {
    const startedAt = new Date();
    const startedMs = performance.now();
    const limit = AbortSignal.timeout(this.#limitMs);
    const signal = AbortSignal.any([stop, limit]);
    let answered: Answered = { status: null, answer: "", retryAfterMs: 0 };
    let fault: AttemptFault | null;
    try {
      const response = await this.#post(new URL(url), headers, body, signal);
      answered = await readAnswer(response, startedAt.getTime());
      fault = faultOfStatus(answered.status ?? 0);
    } catch (error) {
      if (stop.aborted) return undefined;
      fault = limit.aborted ? "TIMEOUT" : faultOf(error);
    }
    const durationMs = Math.round(performance.now() - startedMs);
    return { startedAt, durationMs, fault, ...answered };
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const host = hostOf(url);
    const isPlain = url.protocol === "http:";
    // A literal address is never looked up. The rules may have changed since the webhook was made.
    const isRefused =
      (isIP(host) > 0 && !this.#networks.allows(host)) ||
      (isPlain && !this.#networks.allowsPlainHttp(host));
    if (isRefused) return Promise.reject(new RefusedAddress(host));
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const options = {
      method: "POST",
      headers: { ...headers, ...length },
      lookup: this.#lookup,
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = isPlain
        ? httpRequest(url, { ...options, agent: this.#agents["http:"] }, resolve)
        : httpsRequest(url, { ...options, agent: this.#agents["https:"] }, resolve);
      request.on("error", reject);
      request.end(body);
    });
  }
}

/** Looks names up, and refuses those of which any address is not allowed. */
const lookupAmong =
  (networks: AllowedNetworks, resolveHost: ResolveHost): LookupFunction =>
  (host, options, done) =>
    resolveHost(host, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !networks.allows(address));
      const [first] = addresses ?? [];
      if (error !== null) done(error, "");
      else if (refused !== undefined) done(new RefusedAddress(`${host}: ${refused.address}`), "");
      else if (options.all === true) done(null, [...addresses]);
      else done(null, first?.address ?? "", first?.family);
    });

type Answered = Pick<Attempt, "status" | "answer" | "retryAfterMs">;

/** Reads the beginning of an answer; the status counts, however the body ends. */
async function readAnswer(response: IncomingMessage, now: number): Promise<Answered> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      // Leaving the loop closes the connection.
      if (size > MOST_ANSWER_BYTES) break;
    }
  } catch {
    response.destroy();
  }
  return {
    status: response.statusCode ?? 0,
    answer: storable(Buffer.concat(chunks)),
    retryAfterMs: retryAfterMs(response.headers["retry-after"], now),
  };
}

const storable = (bytes: Buffer): string =>
  bytes
    .subarray(0, MOST_ANSWER_BYTES)
    .toString("utf8")
    .replaceAll("\0", "")
    .slice(0, MOST_LOGGED_CHARACTERS)
    .toWellFormed();

function faultOf(error: unknown): AttemptFault {
  const { code = "" } = error as { readonly code?: string };
  if (isRefusal(error)) return "REFUSED_ADDRESS";
  return /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(code)
    ? "TLS"
    : "UNREACHABLE";
}

/** A connection that tries several addresses reports its failures together. */
const isRefusal = (error: unknown): boolean =>
  error instanceof RefusedAddress ||
  (error instanceof AggregateError && error.errors.some((each) => each instanceof RefusedAddress));

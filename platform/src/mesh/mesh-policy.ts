import { z } from "zod";

const milliseconds = () => z.int().min(1).max(600_000);
const count = () => z.int().min(1).max(1_000_000);

/** See UpstreamPolicy; what is absent stays as the caller has it. */
const calls = z
  .strictObject({
    maxInFlight: count(),
    maxWaiting: z.int().min(0).max(1_000_000),
    silenceLimitMs: milliseconds(),
    probeEveryMs: milliseconds(),
    maxFailures: count(),
    retryShare: z.number().min(0).max(10),
    retryReserve: z.int().min(0).max(1_000_000),
    hedgeAfterMs: milliseconds(),
    changePatienceMs: milliseconds(),
    refreshEveryMs: milliseconds(),
  })
  .partial();

const name = () => z.string().regex(/^[a-z][a-z0-9-]*$/, "must be the name of a service");

const service = z.strictObject({
  /** The services that may connect; every service may call itself. */
  callers: z.array(name()),
  /** By which host names it is called; its own name and `tasks.<name>` when absent. */
  hosts: z.array(z.string().min(1)).optional(),
  /** The longest that it works on one request. */
  timeLimitMs: milliseconds().optional(),
  /** How it is called, on top of what holds for all. */
  calls: calls.default({}),
});

const file = z.strictObject({
  /** How every service is called. */
  calls: calls.default({}),
  services: z.record(name(), service),
});

/** Who may call whom, how often requests are repeated, and how long they may take. */
export interface MeshPolicy {
  readonly calls: CallPolicy;
  readonly services: ReadonlyMap<string, ServicePolicy>;
}

/** What a policy states of calls. */
export type CallPolicy = { readonly [Name in keyof z.output<typeof calls>]?: number };

interface ServicePolicy {
  readonly callers: ReadonlySet<string>;
  readonly hosts: readonly string[];
  readonly timeLimitMs?: number | undefined;
  readonly calls: CallPolicy;
}

/** Reads a policy in JSON. Throws an Error with the reason when it is not a good one. */
export function parseMeshPolicy(text: string): MeshPolicy {
  const read = file.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(z.prettifyError(read.error));
  const services = Object.entries(read.data.services).map(
    ([name, { callers, hosts, timeLimitMs, calls: own }]): [string, ServicePolicy] => [
      name,
      {
        callers: new Set([...callers, name]),
        hosts: hosts ?? [name, `tasks.${name}`],
        timeLimitMs,
        calls: stated(own),
      },
    ],
  );
  return { calls: stated(read.data.calls), services: new Map(services) };
}

const stated = (given: z.output<typeof calls>): CallPolicy =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

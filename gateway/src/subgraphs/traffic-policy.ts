import { readFileSync } from "node:fs";
import { STANDARD_UPSTREAM_POLICY, type UpstreamPolicy } from "@allfunds/platform/upstream";
import { parse } from "yaml";
import { z } from "zod";
import type { CallContext } from "./subgraph-request.ts";

const milliseconds = () => z.int().min(1).max(600_000);
const count = () => z.int().min(1);
const headerName = () =>
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/)
    .toLowerCase();

/** A text, or the file that holds it. */
const text = () =>
  z.union([
    z.string(),
    z.strictObject({ file: z.string() }).transform(({ file }) => readText(file)),
  ]);
const fileContent = () => z.string().transform(readText);

function readText(file: string): string {
  return readFileSync(file, "utf8").trim();
}

const rules = z
  .strictObject({
    /** The longest time of a query and of a mutation. */
    queryTimeoutMs: milliseconds(),
    mutationTimeoutMs: milliseconds(),
    /** See UpstreamPolicy. */
    maxInFlight: count(),
    maxWaiting: z.int().min(0),
    maxAnswerBytes: count(),
    silenceLimitMs: milliseconds(),
    probeEveryMs: milliseconds(),
    hedgeAfterMs: milliseconds(),
    headers: z.strictObject({
      /** Sent with each request, also to open a socket. */
      set: z.record(headerName(), text()).default({}),
      /** Not sent, such as `authorization` to a subgraph of others. */
      remove: z.array(headerName()).default([]),
    }),
    subscriptions: z.strictObject({
      /** Sent in `connection_init`. */
      connectionParams: z.record(z.string(), z.unknown()).default({}),
      /** One socket for each caller, whose headers are connection parameters: for servers that know no headers of operations. */
      socketPerCaller: z.boolean().default(false),
    }),
    /** Speaks HTTP/2. */
    http2: z.boolean(),
    /** Names of files in PEM. */
    tls: z.strictObject({ ca: fileContent(), cert: fileContent(), key: fileContent() }).partial(),
  })
  .partial();

const trafficFile = z.strictObject({
  all: rules.default({}),
  subgraphs: z.record(z.string(), rules).default({}),
});

/** How one subgraph is called. */
export interface SubgraphPolicy extends UpstreamPolicy {
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly headers: {
    readonly set: Readonly<Record<string, string>>;
    readonly remove: readonly string[];
  };
  readonly subscriptions: {
    readonly connectionParams: Readonly<Record<string, unknown>>;
    readonly socketPerCaller: boolean;
  };
}

export type PolicyOf = (subgraph: string) => SubgraphPolicy;

export const STANDARD_SUBGRAPH_POLICY: SubgraphPolicy = {
  ...STANDARD_UPSTREAM_POLICY,
  queryTimeoutMs: 10_000,
  mutationTimeoutMs: 30_000,
  headers: { set: {}, remove: [] },
  subscriptions: { connectionParams: {}, socketPerCaller: false },
};

/** A call with the headers that the subgraph is to get. */
export function withHeaderRules<Call extends Pick<CallContext, "headers">>(
  call: Call,
  { headers: { set, remove } }: SubgraphPolicy,
): Call {
  if (remove.length === 0 && Object.keys(set).length === 0) return call;
  const kept = Object.entries(call.headers).filter(([name]) => !remove.includes(name));
  return { ...call, headers: { ...Object.fromEntries(kept), ...set } };
}

/**
 * How subgraphs are called: the standard, what the file has for `all`, what it has for one. Throws with the
 * reason when the file is not a good one.
 */
export function readTraffic(file: string | undefined, standard: SubgraphPolicy): PolicyOf {
  if (file === undefined) return () => standard;
  const { all, subgraphs } = readFile(file);
  return (name) => ({ ...standard, ...stated(all), ...stated(subgraphs[name] ?? {}) });
}

/** Rules without those that are not stated. */
const stated = (given: z.output<typeof rules>): Partial<SubgraphPolicy> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

function readFile(file: string): z.output<typeof trafficFile> {
  const read = trafficFile.safeParse(parse(readFileSync(file, "utf8")) ?? {});
  if (read.success) return read.data;
  throw new Error(`${file}: ${z.prettifyError(read.error)}`);
}

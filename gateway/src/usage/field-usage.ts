import type { RequestContext } from "@allfunds/platform/context";
import type { Logger } from "@allfunds/platform/logging";
import type { DocumentNode } from "graphql";
import { WeakPairMap } from "../cache/weak-pair-map.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { UsageStore, UseCount } from "./usage-stores.ts";
import { usedCoordinates } from "./used-coordinates.ts";

const WRITE_INTERVAL_MS = 10_000;
/** What is counted in memory between two writes; what is above it counts for no client by name. */
const MAX_PENDING = 20_000;

/** An operation of one client, and how often it ran since the last write. */
interface Pending {
  readonly tenantId: string;
  readonly client: string;
  readonly version: string;
  readonly coordinates: readonly string[];
  count: number;
}

type Used = Map<string, readonly string[]>;

/** Counts which fields each client of each tenant uses, by the names and versions that clients state. */
export class FieldUsage {
  readonly #store: UsageStore;
  readonly #logger: Logger;
  readonly #used = new WeakPairMap<Graph, DocumentNode, Used>();
  readonly #numbers = new WeakMap<readonly string[], number>();
  readonly #timer: NodeJS.Timeout;
  #pending = new Map<string, Pending>();
  #lastNumber = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: UsageStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.write(), WRITE_INTERVAL_MS).unref();
  }

  /** Counts an operation that the guard admitted. */
  count(request: OperationRequest): void {
    const { context } = request;
    const coordinates = this.#coordinatesOf(request);
    const [client, version] = clientOf(context);
    const key = `${context.tenantId} ${this.#numberOf(coordinates)} ${client} ${version}`;
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#pending.size >= MAX_PENDING) void this.write();
    const { tenantId } = context;
    this.#pending.set(key, { tenantId, client, version, coordinates, count: 1 });
  }

  /** Writes what was counted since the last time. Never rejects. */
  async write(): Promise<void> {
    const pending = this.#pending;
    if (pending.size === 0) return this.#writing;
    this.#pending = new Map();
    const day = new Date().toISOString().slice(0, 10);
    this.#writing = this.#writing
      .then(async () => this.#store.add(countsOf(pending.values(), day)))
      .catch((error: unknown) =>
        this.#logger.warn(
          { err: error },
          "field usage not stored: the counts of these seconds are lost",
        ),
      );
    return this.#writing;
  }

  /** Where the counts are. */
  get kept(): UsageStore["kept"] {
    return this.#store.kept;
  }

  /** The counts of a tenant since a day, `2026-11-29`, with what was counted just now. */
  async read(tenantId: string, since: string): Promise<readonly UseCount[]> {
    await this.write();
    return this.#store.read(tenantId, since);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
    await this.#store.close();
  }

  #coordinatesOf({ graph, document, operationName }: OperationRequest): readonly string[] {
    const ofDocument = this.#used.get(graph, document, () => new Map());
    const name = operationName ?? "";
    const known = ofDocument.get(name);
    if (known !== undefined) return known;
    const coordinates = usedCoordinates(graph.apiSchema, document, operationName);
    ofDocument.set(name, coordinates);
    return coordinates;
  }

  #numberOf(coordinates: readonly string[]): number {
    const known = this.#numbers.get(coordinates);
    if (known !== undefined) return known;
    this.#lastNumber += 1;
    this.#numbers.set(coordinates, this.#lastNumber);
    return this.#lastNumber;
  }
}

/** The name and version that a client states, else the id of its registration. */
const clientOf = ({ client, caller }: RequestContext): [name: string, version: string] => [
  client?.name ?? caller?.clientId ?? "(unnamed)",
  client?.version ?? "",
];

function countsOf(pending: Iterable<Pending>, day: string): UseCount[] {
  const counts = new Map<string, UseCount>();
  for (const { coordinates, count, ...who } of pending)
    for (const coordinate of coordinates) {
      const key = JSON.stringify([who.tenantId, who.client, who.version, coordinate]);
      const before = counts.get(key)?.count ?? 0;
      counts.set(key, { ...who, coordinate, day, count: before + count });
    }
  return [...counts.values()];
}

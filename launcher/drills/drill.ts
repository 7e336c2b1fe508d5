import type { Clients } from "../e2e/clients.ts";
import type { RunningSystem } from "../e2e/running-system.ts";
import type { SmallBook } from "../e2e/small-book.ts";
import type { Link } from "./link.ts";
import type { RedisServer } from "./redis-server.ts";

/** Callees whose network a drill can disturb. */
export const LINKED = ["ledger", "metrics", "analytics", "gateway", "identity", "redis"] as const;
export type Linked = (typeof LINKED)[number];

/** Where a drill takes place: the running system under load. */
export interface DrillGround {
  readonly system: RunningSystem;
  readonly book: SmallBook;
  readonly clients: Clients;
  /** Numbers below a bound, the same for the same seed. */
  readonly chance: (below: number) => number;
  /** The network before each callee; only for drills that ask for it. */
  readonly links: Readonly<Partial<Record<Linked, Link>>>;
  readonly redis: RedisServer | undefined;
  /** The directory of all certificates, when services speak mutual TLS. */
  readonly certificates: string | undefined;
}

export interface Drill {
  readonly name: string;
  /** What it injects, for the table of drills. */
  readonly injects: string;
  /** How it proves that the fault took place. */
  readonly proof: string;
  /** Whether calls between services pass links. */
  readonly linked?: true;
  /** Whether the gateway has a Redis. */
  readonly withRedis?: true;
  /** Whether the data is on a small disk of its own. */
  readonly smallDisk?: true;
  /** Whether services speak mutual TLS. */
  readonly withMesh?: true;
  /** How many clients post throughout; four by default. */
  readonly clients?: number;
}

/** A fault in a system under load, injected again and again. */
export interface FaultDrill extends Drill {
  /** Injects the fault once, ends it, and resolves with its evidence; throws when it cannot prove it. */
  readonly inject: (ground: DrillGround) => Promise<string>;
}

/** A drill with a course of its own. */
export interface OwnDrill extends Drill {
  readonly run: (settings: DrillSettings) => Promise<Outcome>;
}

export interface DrillSettings {
  readonly seed: number;
  /** A file to draw the run into, as SVG. */
  readonly picture: string | undefined;
}

/** What a drill came to. */
export interface Outcome {
  readonly name: string;
  readonly seed: number;
  readonly evidence: readonly string[];
  readonly acknowledged: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly unanswered: number;
  /** Of clients that post without pause. */
  readonly longestGapMs?: number;
  readonly longestAnswerMs: number;
  /** What did not hold; empty when the drill passed. */
  readonly violations: readonly string[];
}

/** Throws when a fault cannot be shown to have happened: such a drill has proven nothing. */
export function prove(happened: boolean, fault: string): void {
  if (!happened) throw new Error(`the fault did not take place: ${fault}`);
}

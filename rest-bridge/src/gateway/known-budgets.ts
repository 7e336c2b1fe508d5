import { performance } from "node:perf_hooks";

/** What is left of the caller's budget (draft-ietf-httpapi-ratelimit-headers). */
export const BUDGET_HEADERS = ["ratelimit", "ratelimit-policy"] as const;

type BudgetHeaders = Readonly<Partial<Record<(typeof BUDGET_HEADERS)[number], string>>>;

/** A budget as the gateway stated it: points left of a quota that fills in a window. */
interface Budget {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly waitSeconds: number;
  readonly statedMs: number;
}

const POLICY = /^("[^"]*");q=(\d+);w=(\d+)$/;
const LIMIT = /^"[^"]*";r=(\d+);t=(\d+)$/;
/** The end of a token is its signature, which cannot be guessed. */
const TOKEN_TAIL = 64;
const MOST_CALLERS = 10_000;

/** The budgets of callers whom the gateway has answered, for refusals that are made without it. */
export class KnownBudgets {
  readonly #byToken = new Map<string, Budget>();

  /** Takes the headers of an answer of the gateway to a caller. */
  note(authorization: string | undefined, headers: Readonly<Record<string, unknown>>): void {
    const [, name, quota, window] = POLICY.exec(String(headers["ratelimit-policy"])) ?? [];
    const [, remaining, wait] = LIMIT.exec(String(headers["ratelimit"])) ?? [];
    if (authorization === undefined || name === undefined || remaining === undefined) return;
    if (this.#byToken.size >= MOST_CALLERS) this.#byToken.clear();
    this.#byToken.set(tailOf(authorization), {
      name,
      quota: Number(quota),
      windowSeconds: Math.max(1, Number(window)),
      remaining: Number(remaining),
      waitSeconds: Number(wait),
      statedMs: performance.now(),
    });
  }

  /** The caller's budget, with what has flowed back since it was stated; none of a caller who is not known. */
  headersFor(authorization: string | undefined, nowMs = performance.now()): BudgetHeaders {
    const known =
      authorization === undefined ? undefined : this.#byToken.get(tailOf(authorization));
    if (known === undefined) return {};
    const { name, quota, windowSeconds, remaining, waitSeconds, statedMs } = known;
    const seconds = (nowMs - statedMs) / 1_000;
    const left = Math.min(quota, Math.floor(remaining + (seconds * quota) / windowSeconds));
    const wait = Math.max(0, Math.ceil(waitSeconds - seconds));
    return {
      ratelimit: `${name};r=${left};t=${wait}`,
      "ratelimit-policy": `${name};q=${quota};w=${windowSeconds}`,
    };
  }
}

const tailOf = (authorization: string): string => authorization.slice(-TOKEN_TAIL);

import type { TenantReads } from "@allfunds/platform/tenancy";
import type { LanguageModel, ModelRequest, Part, Turn } from "../language-model/language-model.ts";
import { namesOf, type Names } from "./names.ts";
import { redactText } from "./redact-text.ts";

const READ_NAMES = `
  SELECT DISTINCT counterparty AS name FROM movement WHERE tenant_id = $1 AND counterparty LIKE '% %'
  UNION SELECT name FROM account WHERE tenant_id = $1 AND type = 'EQUITY'
  LIMIT 50000`;

const KEPT_MS = 60_000;
const MOST_TENANTS = 200;

/** The names of people in each tenant's books, as far as they have words that may leave otherwise. */
export class NameRegisters {
  readonly #reads: TenantReads;
  readonly #kept = new Map<string, { readonly names: Promise<Names>; readonly until: number }>();

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  /** A minute old at most. */
  of(tenantId: string): Promise<Names> {
    const kept = this.#kept.get(tenantId);
    if (kept !== undefined && kept.until > performance.now()) return kept.names;
    if (this.#kept.size >= MOST_TENANTS) this.#kept.clear();
    const names = this.#read(tenantId);
    this.#kept.set(tenantId, { names, until: performance.now() + KEPT_MS });
    names.catch(() => this.#kept.delete(tenantId));
    return names;
  }

  async #read(tenantId: string): Promise<Names> {
    const { rows } = await this.#reads.query<{ name: string }>(READ_NAMES, [tenantId]);
    return namesOf(rows.flatMap(({ name }) => [name, ...name.split(/\s[-–:]\s|[:,(]/)]));
  }
}

/** Redacts everything of a request that is not the program's own words. */
export const withRedaction = (next: LanguageModel, registers: NameRegisters): LanguageModel => ({
  name: next.name,
  generate: async (request) => next.generate(await redactRequest(request, registers)),
  stream: async function* (request) {
    yield* next.stream(await redactRequest(request, registers));
  },
});

/** The request as it leaves. */
export async function redactRequest(
  request: ModelRequest,
  registers: NameRegisters,
): Promise<ModelRequest> {
  const names = await registers.of(request.tenantId);
  return { ...request, turns: request.turns.map((turn) => redactTurn(turn, names)) };
}

const redactTurn = (turn: Turn, names: Names): Turn =>
  turn.role === "model"
    ? turn
    : { role: "user", parts: turn.parts.map((part) => redactPart(part, names)) };

function redactPart(part: Part, names: Names): Part {
  if (part.kind === "prompt") return part;
  const value = redactValue(part.value, names);
  return part.kind === "data" ? { ...part, value } : { ...part, value: value as object };
}

/** Names of fields are the program's own; every text in them is redacted. */
function redactValue(value: unknown, names: Names): unknown {
  if (typeof value === "string") return redactText(value, names);
  if (Array.isArray(value)) return value.map((each) => redactValue(each, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => [field, redactValue(each, names)]),
  );
}

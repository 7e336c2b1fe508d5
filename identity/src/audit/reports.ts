import { AppError } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";

/** How many events one report may carry. */
const MOST_EVENTS = 500;
const LONGEST_DETAIL = 8_192;
/** Clocks differ a little; an event from further ahead would stay at the head of the log for long. */
const FUTURE_MS = 5 * 60 * 1000;

/** The database stores neither NUL nor half a surrogate pair. */
const isStorable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

const text = (longest: number) =>
  z.string().min(1).max(longest).refine(isStorable, "has characters that cannot be stored");

const id = () => z.string().refine(isId, "must be a UUID");

const detail = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= LONGEST_DETAIL, {
    message: `must be at most ${LONGEST_DETAIL} characters of JSON`,
    abort: true,
  })
  .refine((value) => everyText(value, isStorable), "has characters that cannot be stored");

const reportedEvent = z.strictObject({
  id: id(),
  action: z.enum(["graph.mutation", "graph.refused"]),
  outcome: z.enum(["ALLOWED", "REFUSED"]),
  tenantId: text(100).nullable(),
  actorId: text(255).nullable(),
  actorKind: z.enum(["USER", "CLIENT"]).nullable(),
  clientId: text(255).nullable(),
  factors: z.array(text(40)).max(20),
  ip: text(100).nullable(),
  traceId: text(64),
  at: z.iso.datetime({ offset: true }),
  subject: text(255),
  detail,
});

// Made once: making a schema costs more than reading a whole report with it.
const report = z.strictObject({ events: z.array(reportedEvent).min(1).max(MOST_EVENTS) });

/** One event as another service reports it. */
type ReportedEvent = z.output<typeof reportedEvent>;

/** Reads the body of a report. Throws INVALID_INPUT that names every fault. */
export function readReport(body: unknown, now: Date): readonly ReportedEvent[] {
  const read = report.safeParse(body);
  const faults = read.success
    ? []
    : read.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const violations = [...faults, ...fromTheFuture(body, now)];
  const [first] = violations;
  if (read.success && first === undefined) return read.data.events;
  throw new AppError("INVALID_INPUT", `${first?.path ?? ""}: ${first?.message ?? ""}`, {
    violations,
  });
}

/** Reads the body as it was sent, so that these faults are named beside the others. */
function fromTheFuture(body: unknown, now: Date): { path: string; message: string }[] {
  const events: unknown = (body as { events?: unknown } | null | undefined)?.events;
  if (!Array.isArray(events)) return [];
  const latest = now.getTime() + FUTURE_MS;
  return events.flatMap((event: { at?: unknown } | null | undefined, index) =>
    typeof event?.at === "string" && Date.parse(event.at) > latest
      ? [{ path: `events.${index}.at`, message: "is in the future" }]
      : [],
  );
}

function everyText(value: unknown, fits: (text: string) => boolean): boolean {
  if (typeof value === "string") return fits(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => fits(key) && everyText(inner, fits));
}

// A repeated report adds nothing: an event's own id decides whether it is stored already.
const INSERT = `
  INSERT INTO audit_event (event_id, reported_by, tenant_id, at, action, outcome, actor_kind,
    actor_id, client_id, factors, ip, trace_id, subject, detail)
  SELECT id, $2, "tenantId", at, action, outcome, coalesce("actorKind", 'UNKNOWN'),
    "actorId", "clientId", factors, ip, "traceId", subject, detail
  FROM jsonb_to_recordset($1::jsonb) AS event(id uuid, "tenantId" uuid, at timestamptz,
    action text, outcome text, "actorKind" text, "actorId" text, "clientId" text, factors text[],
    ip text, "traceId" text, subject text, detail jsonb)
  ORDER BY at
  ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO NOTHING`;

/** Appends a report to the audit log, all or nothing; returns how many events were new. */
export async function storeReport(
  pool: Pool,
  reporter: string,
  events: readonly ReportedEvent[],
): Promise<number> {
  const { rowCount } = await pool.query(INSERT, [JSON.stringify(events.map(withTenant)), reporter]);
  return rowCount ?? 0;
}

/** Tenants are UUIDs here. A foreign token's other tenant name is stored beside the event. */
function withTenant(event: ReportedEvent): ReportedEvent {
  const { tenantId, detail } = event;
  if (tenantId === null || isId(tenantId)) return event;
  return { ...event, tenantId: null, detail: { ...detail, tenant: tenantId } };
}

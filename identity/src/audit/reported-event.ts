import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";

/** How many events one report may carry. */
const MOST_EVENTS = 500;
const LONGEST_DETAIL = 8_192;
/** Clocks differ a little; a line from further ahead would stand at the head of the trail for long. */
const FUTURE_MS = 5 * 60 * 1000;

/** The database keeps neither NUL nor half a surrogate pair. */
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

// Made once: to make a schema costs more than to read a whole report with it.
const report = z.strictObject({ events: z.array(reportedEvent).min(1).max(MOST_EVENTS) });

/** One line of the trail as another service tells it. */
export type ReportedEvent = z.output<typeof reportedEvent>;

/** Reads the body of a report. Throws INVALID_INPUT that names every fault; nothing is stored then. */
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

/** Looks at what was sent, so that it is named beside other faults. */
function fromTheFuture(body: unknown, now: Date): { path: string; message: string }[] {
  const events: unknown = (body as { events?: unknown } | null | undefined)?.events;
  if (!Array.isArray(events)) return [];
  const latest = now.getTime() + FUTURE_MS;
  return events.flatMap((event: { at?: unknown } | null | undefined, index) =>
    typeof event?.at === "string" && Date.parse(event.at) > latest
      ? [{ path: `events.${index}.at`, message: "lies in the future" }]
      : [],
  );
}

function everyText(value: unknown, fits: (text: string) => boolean): boolean {
  if (typeof value === "string") return fits(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => fits(key) && everyText(inner, fits));
}

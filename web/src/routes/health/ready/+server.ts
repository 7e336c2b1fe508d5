import { readiness } from "#lib/server/health/readiness.ts";

/** States which check does not hold, and not why: every client may read it. */
export async function GET() {
  const { ready, checks } = await readiness.report();
  const outcomes = Object.entries(checks).map(([name, state]) => [
    name,
    state === "ok" ? "ok" : "unavailable",
  ]);
  return Response.json(
    { status: ready ? "ok" : "unavailable", checks: Object.fromEntries(outcomes) },
    { status: ready ? 200 : 503 },
  );
}

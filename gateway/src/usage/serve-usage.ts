import { invalidInput } from "@allfunds/contract/errors";
import { requireCaller, requireScope, requireStepUp } from "@allfunds/platform/auth";
import { type HttpServer, requestContext } from "@allfunds/platform/http";
import { z } from "zod";
import type { FieldUsage } from "./field-usage.ts";
import { daysAgo, type UseCount } from "./usage-stores.ts";

const QUERY = z.object({
  field: z.string().max(300).optional(),
  client: z.string().max(300).optional(),
  days: z.coerce.number().int().min(1).max(90).default(30),
});

/**
 * `GET /usage?field&client&days`: which clients of the caller's tenant use which fields, for administrators.
 * `field` is a coordinate such as `Fund.name`, and includes its arguments. Without it all are listed.
 */
export function serveUsage({ app }: HttpServer, usage: FieldUsage, isOpen: boolean): void {
  app.get("/usage", async (request, reply) => {
    const context = requestContext(request);
    if (!isOpen) {
      const caller = requireCaller(context);
      requireScope(caller, "admin");
      requireStepUp(caller);
    }
    const { field, client, days } = readQuery(request.query);
    const since = daysAgo(days - 1);
    const counts = await usage.read(context.tenantId, since);
    const uses = counts
      .filter((one) => field === undefined || isPartOf(field, one))
      .filter((one) => client === undefined || one.client === client)
      .map(({ coordinate, client: name, version, count, day }) => ({
        field: coordinate,
        client: name,
        version,
        count,
        lastUsed: day,
      }))
      .toSorted((one, other) => one.field.localeCompare(other.field) || other.count - one.count);
    return reply.header("cache-control", "no-store").send({ since, kept: usage.kept, uses });
  });
}

function readQuery(query: unknown): z.infer<typeof QUERY> {
  const parsed = QUERY.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidInput(issue?.path.join(".") ?? "", issue?.message ?? "is not valid");
}

const isPartOf = (field: string, { coordinate }: UseCount): boolean =>
  coordinate === field || coordinate.startsWith(`${field}(`) || coordinate.startsWith(`${field}.`);

import { AppError, type Violation } from "@allfunds/contract/errors";
import type { z } from "zod";

/** Path or query parameters through their schema; without one, there may be none. */
export function readParameters<Schema extends z.ZodObject>(
  schema: Schema | undefined,
  sent: unknown,
): z.output<Schema> {
  const parameters = { ...(sent as Record<string, unknown>) };
  const known = schema?.shape ?? {};
  refuseIfAny(
    Object.entries(parameters).flatMap(([path, value]) => {
      if (!Object.hasOwn(known, path)) return [{ path, message: "is not a known parameter" }];
      return Array.isArray(value) ? [{ path, message: "is given more than once" }] : [];
    }),
  );
  return schema === undefined ? ({} as z.output<Schema>) : parse(schema, parameters);
}

/** The body through its schema; an endpoint without one ignores what was sent. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema | undefined,
  sent: unknown,
): z.output<Schema> {
  if (schema === undefined) return undefined as z.output<Schema>;
  if (sent === undefined) throw new AppError("MALFORMED_BODY", "The body is missing.");
  return parse(schema, sent);
}

function parse<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.output<Schema> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  refuseIfAny(parsed.error.issues.flatMap(violationsOf));
  throw new AppError("INVALID_INPUT", "The input is not valid.");
}

function violationsOf(issue: z.core.$ZodIssue): Violation[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join("."),
      message: "is not a known field",
    }));
  }
  return [{ path: issue.path.join("."), message: issue.message }];
}

const SHOWN = 50;

function refuseIfAny(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const where = first.path === "" ? "The body" : first.path.slice(0, 100);
  throw new AppError("INVALID_INPUT", `${where}: ${first.message}`, {
    violations: violations.slice(0, SHOWN),
  });
}

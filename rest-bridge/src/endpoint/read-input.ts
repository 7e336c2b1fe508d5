import { AppError, type Violation } from "@allfunds/contract/errors";
import type { z } from "zod";

/** Reads path or query parameters with their schema. Without a schema, any parameter is refused. */
export function readParameters<Schema extends z.ZodObject>(
  schema: Schema | undefined,
  sent: unknown,
): z.output<Schema> {
  const parameters = { ...(sent as Record<string, unknown>) };
  const allowed = schema?.shape ?? {};
  const known = Object.keys(allowed).sort().join(", ") || "none";
  refuseIfAny(
    Object.entries(parameters).flatMap(([path, value]) => {
      if (!Object.hasOwn(allowed, path))
        return [{ path, message: `is not a known parameter; known are ${known}` }];
      return Array.isArray(value) ? [{ path, message: "is given more than once" }] : [];
    }),
  );
  if (schema === undefined) return {} as z.output<Schema>;
  const read = parse(schema, parameters);
  refuseBackwards(read);
  return read;
}

/** Days in the wrong order have no entries and no figures, which would be read as none. Dates compare as texts. */
function refuseBackwards({ from, to }: { readonly from?: unknown; readonly to?: unknown }): void {
  if (typeof from !== "string" || typeof to !== "string" || from <= to) return;
  refuseIfAny([{ path: "from", message: "must not lie after `to`" }]);
}

/** Reads the body with its schema. An endpoint without a schema ignores the body. */
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
  refuseIfAny(parsed.error.issues.flatMap((issue) => violationsOf(issue, sent)));
  throw new AppError("INVALID_INPUT", "The input is not valid.");
}

function violationsOf(issue: z.core.$ZodIssue, sent: unknown): Violation[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join("."),
      message: "is not a known field",
    }));
  }
  const message = sentenceOf(issue);
  const isOfValue = issue.code === "invalid_type" || issue.code === "invalid_value";
  const isMissing = isOfValue && issue.path.length > 0 && valueAt(sent, issue.path) === undefined;
  return [
    { path: issue.path.join("."), message: isMissing ? `is missing; it ${message}` : message },
  ];
}

/** What a value must be: the schema's own sentence, or one in place of the library's. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  return issue.code === "invalid_type" ? `must be of type ${issue.expected}` : issue.message;
}

const valueAt = (sent: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Record<PropertyKey, unknown>)[name]
        : undefined,
    sent,
  );

const MAX_VIOLATIONS = 50;

function refuseIfAny(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const where = first.path === "" ? "The body" : first.path.slice(0, 100);
  throw new AppError("INVALID_INPUT", `${where}: ${first.message}`, {
    violations: violations.slice(0, MAX_VIOLATIONS),
  });
}

/** The one of several parameters that the client sent. None or more than one is INVALID_INPUT. */
export function exactlyOne<Name extends string>(
  query: Readonly<Partial<Record<Name, string | undefined>>>,
  names: readonly Name[],
): { readonly name: Name; readonly id: string } {
  const given = names.flatMap((name) => {
    const id = query[name];
    return id === undefined ? [] : [{ name, id }];
  });
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  throw new AppError("INVALID_INPUT", `Give exactly one of ${names.join(", ")}.`, {
    violations: names.map((path) => ({ path, message: `give exactly one of ${names.join(", ")}` })),
  });
}

type Given<Values> = {
  [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name];
} & {
  [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: Exclude<
    Values[Name],
    undefined
  >;
};

/** What the client sent, without what it left out. */
export const given = <Values extends object>(values: Values): Given<Values> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<Values>;

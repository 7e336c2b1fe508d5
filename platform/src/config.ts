import { z } from "zod";
import { readEnvironment } from "./environment.ts";

export { readEnvironment };

/** A service's parsed environment: frozen and typed. Services read no other environment. */
export type Config<Shape extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Shape>>>;

export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(service: string, problems: readonly string[], options?: ErrorOptions) {
    super(
      `${service} cannot start, its configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join("\n")}`,
      options,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Runs a step of a start whose failure is the fault of one variable; throws a ConfigError that names it. */
export async function namingVariable<T>(variable: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError("the service", [`${variable}: ${message.replaceAll(/\s*\n\s*/g, " ")}`], {
      cause: error,
    });
  }
}

const secretNames = new Set<string>();

/** A text that `describeConfig` masks. */
export const secret = () => z.string().min(1).meta({ secret: true });

/** A TCP port; the default moves by PORT_OFFSET, an explicit value does not. */
export const port = (standardPort: number) =>
  z.coerce.number().int().min(1).max(65_535).meta({ standardPort });

/** The base URL of an upstream service; by default the one on this machine, moved by PORT_OFFSET. */
export const upstreamUrl = (standardPort: number) =>
  z
    .url({ protocol: /^https?$/ })
    .meta({ standardPort, isUpstream: true })
    .overwrite((value) => value.replace(/\/$/, ""));

/** The base URLs of the replicas of an upstream service, separated by commas; by default the one on this machine. */
export const upstreamUrls = (standardPort: number) =>
  z
    .string()
    .refine((list) => list.split(",").every(isHttpUrl), "must be http URLs, separated by commas")
    .meta({ standardPort, isUpstream: true })
    .overwrite((list) => list.split(",").map(withoutSlash).join(","));

const isHttpUrl = (url: string): boolean =>
  z.url({ protocol: /^https?$/ }).safeParse(url.trim()).success;

const withoutSlash = (url: string): string => url.trim().replace(/\/$/, "");

/** Origins of web pages, separated by commas; none by default. */
export const origins = () =>
  z
    .string()
    .default("")
    .transform((text) => text.split(",").map((origin) => origin.trim()))
    .transform((list) => list.filter((origin) => origin !== ""))
    .refine((list) => list.every(isOrigin), "must be origins such as https://app.example.com");

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

export const databaseUrl = () =>
  z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" }).meta({ secret: true });

/** The URL of a server that is reached by one of these schemes. */
export const serverUrl = (...schemes: readonly string[]) =>
  z
    .url({
      protocol: new RegExp(`^(?:${schemes.join("|")})$`),
      error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
    })
    .meta({ secret: true });

function arePairs(text: string): boolean {
  try {
    decodeURIComponent(text);
  } catch {
    return false;
  }
  return text.split(",").every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+\s*=/.test(pair));
}

/** The variables that every service reads. */
export const commonShape = {
  HOST: z.string().default("127.0.0.1").describe("The address that the service binds."),
  PORT_OFFSET: z.coerce
    .number()
    .int()
    .min(0)
    .max(50_000)
    .default(0)
    .describe("Moves every default port at once, also in default addresses of other services."),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe(
      "The least level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, or `silent`.",
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "The base URL of a collector that takes OTLP over HTTP; without one nothing is traced.",
    ),
  OTEL_EXPORTER_OTLP_HEADERS: secret()
    .refine(arePairs, "must be name=value pairs, separated by commas, values percent-encoded")
    .optional()
    .describe(
      "Headers for that collector: pairs of `name=value`, separated by commas, values percent-encoded.",
    ),
  MESH_CERTIFICATES: z
    .string()
    .optional()
    .describe(
      "The directory of `ca.pem`, `cert.pem` and `key.pem`, for mutual TLS between services; plain HTTP without it.",
    ),
  MESH_POLICY: z
    .string()
    .optional()
    .describe(
      "Who may call whom, repeats and time limits, in JSON; needed with `MESH_CERTIFICATES`.",
    ),
  SHUTDOWN_DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .default(0)
    .describe(
      "How long a stopping service goes on serving while `/health/ready` answers 503, so that a balancer notices, in seconds.",
    ),
  SHUTDOWN_GRACE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(8)
    .describe("How long running requests and work may take after that, in seconds."),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("The share of traces that is exported, 0 to 1; give all services the same."),
};
export type CommonConfig = Config<typeof commonShape>;

/**
 * Reads the environment through a schema. Throws a ConfigError that lists every problem.
 * An empty variable counts as absent; `<NAME>_FILE` names a file that holds the value of `<NAME>`.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  service: string,
  shape: Shape,
  env: NodeJS.ProcessEnv = process.env,
): Config<Shape & typeof commonShape> {
  const schema = z.object({ ...commonShape, ...shape });
  const { values: present, problems } = readEnvironment(Object.keys(schema.shape), env);
  const { data: offset = 0 } = commonShape.PORT_OFFSET.safeParse(present["PORT_OFFSET"]);
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const { secret: isSecret, standardPort, isUpstream } = metaOf(field);
    if (isSecret === true) secretNames.add(name);
    if (typeof standardPort === "number" && present[name] === undefined) {
      const moved = standardPort + offset;
      present[name] = isUpstream === true ? `http://127.0.0.1:${moved}` : String(moved);
    }
  }
  const parsed = schema.safeParse(present);
  if (problems.size > 0 || !parsed.success) {
    const refused = (parsed.error?.issues ?? [])
      .filter((issue) => !problems.has(issue.path.join(".")))
      .map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(service, [...problems.values(), ...refused]);
  }
  return Object.freeze(parsed.data) as Config<Shape & typeof commonShape>;
}

/** What is stated of a variable, before or after it was made optional or got a default. */
function metaOf(field: z.ZodType): Record<string, unknown> {
  const isWrapped = field instanceof z.ZodOptional || field instanceof z.ZodDefault;
  const inner: unknown = isWrapped ? field.unwrap() : undefined;
  return { ...(inner instanceof z.ZodType ? metaOf(inner) : {}), ...field.meta() };
}

/** The configuration with masked secrets, for printing and logging. */
export const describeConfig = (config: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      secretNames.has(name) && value !== undefined ? "********" : value,
    ]),
  );

/** One variable of a shape, for a document. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  /** The default as one would write it; undefined when the variable has none. */
  readonly fallback: string | undefined;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
}

/** What a shape states of its variables. */
export const listVariables = (shape: z.ZodRawShape): Variable[] =>
  Object.entries(shape as Record<string, z.ZodType>).map(([name, field]) => {
    const fallback = fallbackOf(field);
    return {
      name,
      description: field.description ?? "",
      fallback,
      isRequired: fallback === undefined && !field.safeParse(undefined).success,
      isSecret: metaOf(field)["secret"] === true,
    };
  });

function fallbackOf(field: z.ZodType): string | undefined {
  const { fallback, standardPort, isUpstream } = metaOf(field);
  if (typeof fallback === "string") return fallback;
  if (typeof standardPort === "number")
    return isUpstream === true ? `http://127.0.0.1:${standardPort}` : String(standardPort);
  const { data } = field.safeParse(undefined);
  if (Array.isArray(data)) return data.length > 0 ? data.join(",") : undefined;
  if (typeof data === "string") return data === "" ? undefined : data;
  return typeof data === "number" || typeof data === "boolean" ? String(data) : undefined;
}

import type { IncomingHttpHeaders } from "node:http";
import { invalidInput } from "@allfunds/contract/errors";
import type { RequestHeaderDocs } from "../endpoint/endpoint.ts";

/** The versions of this API, oldest first. A new one begins only when answers change in a way that breaks clients. */
const API_VERSIONS = ["2026-11-01", "2026-11-29"] as const;
type ApiVersion = (typeof API_VERSIONS)[number];

const CURRENT_VERSION: ApiVersion = "2026-11-29";

interface Change {
  /** The first version that has it. */
  readonly since: ApiVersion;
  /** A problem as versions before it have it. */
  readonly problemBefore: (problem: ProblemBody) => ProblemBody;
}

/** The part of a problem that versions differ in. */
interface ProblemBody {
  readonly type: string;
  readonly code: string;
}

/** Newest first: an old version is the present one with the later changes undone, one after the other. */
const CHANGES: readonly Change[] = [
  {
    since: "2026-11-29",
    problemBefore: (problem) => ({ ...problem, type: `urn:allfunds:problem:${problem.code}` }),
  },
];

/** When versions that are no longer the newest were superseded, and until when they are answered. */
const SUPERSEDED: Readonly<
  Partial<Record<ApiVersion, { readonly on: Date; readonly until: Date }>>
> = {
  "2026-11-01": { on: new Date("2026-11-29T00:00:00Z"), until: new Date("2027-11-29T00:00:00Z") },
};

export const API_VERSION_HEADER: RequestHeaderDocs = {
  name: "Api-Version",
  description: `The version of this API that the client was written for: ${API_VERSIONS.join(" or ")}; the newest when absent. The answer names the version it has, and with an older one \`Deprecation\` and \`Sunset\`.`,
  example: CURRENT_VERSION,
};

const isVersion = (text: unknown): text is ApiVersion =>
  API_VERSIONS.some((version) => version === text);

/** The version that a request is written for. Throws INVALID_INPUT when there is no such version. */
export function requiredVersion(headers: IncomingHttpHeaders): ApiVersion {
  const wanted = headers["api-version"] ?? CURRENT_VERSION;
  if (isVersion(wanted)) return wanted;
  throw invalidInput("Api-Version", `must be one of ${API_VERSIONS.join(", ")}`);
}

/** The same for answers that are sent whatever was requested: the newest when there is no such version. */
export function answeredVersion(headers: IncomingHttpHeaders): ApiVersion {
  const wanted = headers["api-version"];
  return isVersion(wanted) ? wanted : CURRENT_VERSION;
}

/** A problem as a version has it. */
export const problemIn = <Problem extends ProblemBody>(
  version: ApiVersion,
  problem: Problem,
): ProblemBody =>
  CHANGES.filter(({ since }) => version < since).reduce<ProblemBody>(
    (later, { problemBefore }) => problemBefore(later),
    problem,
  );

/** The headers that name the version of an answer, and the end of an old one (RFC 9745, RFC 8594). */
export function versionHeaders(version: ApiVersion): Readonly<Record<string, string>> {
  const superseded = SUPERSEDED[version];
  if (superseded === undefined) return { "api-version": version };
  return {
    "api-version": version,
    deprecation: `@${superseded.on.getTime() / 1000}`,
    sunset: superseded.until.toUTCString(),
  };
}

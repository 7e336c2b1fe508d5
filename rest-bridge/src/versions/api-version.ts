import type { IncomingHttpHeaders } from "node:http";
import {
  API_VERSIONS,
  CURRENT_API_VERSION,
  isApiVersion,
  type ApiVersion,
} from "@allfunds/contract/api-versions";
import { invalidInput } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/platform/auth";
import type { RequestHeaderDocs } from "../endpoint/endpoint.ts";

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
  description: `The version of this API that the client was written for: ${API_VERSIONS.join(" or ")}; when absent, the one that the client is pinned to, which is the newest of the day it was registered, or the newest for a client without one. The answer names the version it has, and with an older one \`Deprecation\` and \`Sunset\`.`,
  example: CURRENT_API_VERSION,
  schema: { enum: API_VERSIONS },
};

/** Refuses a version that there is not with INVALID_INPUT. */
export function refuseUnknownVersion({ "api-version": wanted }: IncomingHttpHeaders): void {
  if (wanted === undefined || isApiVersion(wanted)) return;
  throw invalidInput("Api-Version", `must be one of ${API_VERSIONS.join(", ")}`);
}

/** The version of an answer: what the request names, else what its client is pinned to, else the newest. */
export const answeredVersion = (
  { "api-version": wanted }: IncomingHttpHeaders,
  caller: Pick<Caller, "apiVersion"> | undefined,
): ApiVersion =>
  [wanted, caller?.apiVersion].find((version) => isApiVersion(version)) ?? CURRENT_API_VERSION;

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

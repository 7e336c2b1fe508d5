/** The dated versions of the REST API, oldest first. A new one begins only when answers change in a way that breaks clients. */
export const API_VERSIONS = ["2026-11-01", "2026-11-29"] as const;

export type ApiVersion = (typeof API_VERSIONS)[number];

export const CURRENT_API_VERSION: ApiVersion = "2026-11-29";

export const isApiVersion = (text: unknown): text is ApiVersion =>
  API_VERSIONS.some((version) => version === text);

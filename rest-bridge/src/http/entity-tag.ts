import { AppError, invalidInput } from "@allfunds/contract/errors";

/** The strong entity tag of an account at a version. */
export const entityTag = (version: number): string => `"${version}"`;

/**
 * The version an If-Match header demands; undefined when there is none or it says `*`.
 * A tag that no version can have is a conflict, as is a weak one: If-Match compares strongly.
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === "*") return undefined;
  if (!/^(W\/)?"[\x21\x23-\x7e]*"$/.test(ifMatch)) {
    throw invalidInput("If-Match", 'must be one entity tag such as "7"');
  }
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version === undefined) {
    throw new AppError("VERSION_CONFLICT", "The entity tag is not one this service gave out.");
  }
  return Number(version);
}

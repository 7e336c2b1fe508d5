import { API_VERSIONS, isApiVersion, type ApiVersion } from "@allfunds/contract/api-versions";
import { invalidInput } from "@allfunds/contract/errors";

/** A version of the REST API that a manager gives. Throws INVALID_INPUT when there is no such version. */
export function checkedVersion(given: string): ApiVersion {
  if (isApiVersion(given)) return given;
  throw invalidInput("apiVersion", `must be one of ${API_VERSIONS.join(", ")}`);
}

import type { Problem } from "../problems.ts";
import { FundNamesDocument } from "./graph-types.generated.ts";
import { sendPageQuery } from "./page-request.ts";

/** Why the server answers no query of the pages; undefined when it does. */
export async function probeServer(): Promise<Problem | undefined> {
  const { data, problems } = await sendPageQuery(FundNamesDocument, {});
  return data === null ? problems[0] : undefined;
}

import type { RequestContext } from "@allfunds/platform";
import type { CategoryLoader } from "./categories/category-loader.ts";

/** What resolvers get for one request. */
export interface RequestScope {
  readonly request: RequestContext;
  readonly categoryOf: CategoryLoader;
}

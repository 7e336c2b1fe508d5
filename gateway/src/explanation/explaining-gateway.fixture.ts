import { openContext } from "@allfunds/platform/context";
import { openService, type OpenService } from "../service.fixture.ts";

/** A gateway that explains to callers with a scope, which those have who send any `x-scopes`. */
export const openExplainingGateway = (): Promise<OpenService> =>
  openService({
    explain: "admin",
    contextOf: (headers) => ({
      ...openContext(headers),
      scopes: headers["x-scopes"] === undefined ? [] : ["admin"],
    }),
  });

import type { Translate } from "./lib/language/messages.ts";
import type { CurrentSession } from "./lib/server/sign-in/current-session.ts";

declare global {
  namespace App {
    interface Error {
      message: string;
      /** Stable code of the failure, from the graph. */
      code?: string;
      traceId?: string;
    }
    interface Locals {
      /** Absent when the request has no session. */
      session: CurrentSession | undefined;
      /** Writes the texts of the reader's language, also those of refusals. */
      t: Translate;
    }
  }
}

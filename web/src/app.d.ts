import type { CurrentSession } from "./lib/server/session/current-session.ts";

declare global {
  namespace App {
    interface Error {
      message: string;
      /** Stable code of the failure, as the graph gives it. */
      code?: string;
      traceId?: string;
    }
    interface Locals {
      /** Whoever asks; absent while nobody is signed in. */
      session: CurrentSession | undefined;
    }
  }
}

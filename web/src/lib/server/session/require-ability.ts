import { error, type RequestEvent } from "@sveltejs/kit";
import type { Viewer } from "../../session/viewer.ts";

/** Says at once that a page is not for this role. What it would ask the graph is refused there, too. */
export function requireAbility({ locals }: RequestEvent, ability: keyof Viewer["may"]): void {
  if (locals.session?.viewer.may[ability]) return;
  error(403, "Your role does not include this page.", { code: "FORBIDDEN" });
}

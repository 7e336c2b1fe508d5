import { error, type RequestEvent } from "@sveltejs/kit";
import { EVERYBODY, type Viewer } from "../../session/viewer.ts";
import { signIn } from "./sign-in.ts";

/** Whoever looks at the page. Without an issuer that is everybody. */
export function viewerOfRequest({ locals }: Pick<RequestEvent, "locals">): Viewer | undefined {
  return signIn === undefined ? EVERYBODY : locals.session?.viewer;
}

/** Says at once that a page is not for this role. What it would ask the graph is refused there, too. */
export function requireAbility(event: RequestEvent, ability: keyof Viewer["may"]): void {
  if (viewerOfRequest(event)?.may[ability]) return;
  error(403, "Your role does not include this page.", { code: "FORBIDDEN" });
}

import { enhance } from "$app/forms";
import type { ActionReturn } from "svelte/action";
import { sendState, type Unsent } from "./send-state.svelte.ts";

interface Sending {
  /** Whether the fields are emptied after a success that stays on the page. */
  readonly reset?: boolean;
  /** Called when the action has succeeded and leads on, also to the same page. */
  readonly onSent?: (form: HTMLFormElement) => void;
  readonly onSending?: () => void;
  /** Called at the end, with what the action answered where the page stays; undefined when it was not sent. */
  readonly onSettled?: (answer: "success" | "failure" | undefined) => void;
}

/**
 * Sends a form without leaving its page. A second click while it is sent does nothing. What cannot be sent stays
 * as it was entered: neither a broken connection nor the end of the session replaces the page.
 */
export function sendForm(
  form: HTMLFormElement,
  { reset = true, onSent, onSending, onSettled }: Sending = {},
): ActionReturn<Sending | undefined> {
  let isSending = false;
  const enhanced = enhance(form, ({ cancel }) => {
    if (isSending) {
      cancel();
      return undefined;
    }
    isSending = true;
    form.setAttribute("aria-busy", "true");
    onSending?.();
    return async ({ result, update }) => {
      isSending = false;
      form.removeAttribute("aria-busy");
      sendState.unsent = unsentBy(result);
      if (sendState.unsent === undefined) {
        if (result.type === "redirect") onSent?.(form);
        await update({ reset });
      }
      const isAnswer = result.type === "success" || result.type === "failure";
      onSettled?.(isAnswer ? result.type : undefined);
    };
  });
  return { destroy: () => enhanced.destroy() };
}

function unsentBy(result: { type: string; location?: string }): Unsent | undefined {
  if (result.type === "error") return "notSent";
  const isSignIn = result.type === "redirect" && result.location?.startsWith("/sign-in");
  return isSignIn ? "signedOut" : undefined;
}

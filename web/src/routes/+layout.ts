import { loadMessages } from "#lib/language/load-messages.ts";
import type { LayoutLoad } from "./$types";

/** Adds the texts of the reader's language, of which a browser reads one catalogue only. */
export const load: LayoutLoad = async ({ data }) => ({
  ...data,
  translate: await loadMessages(data.language),
});

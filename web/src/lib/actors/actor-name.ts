import type { ActorNameFragment } from "../graph/graph-types.generated.ts";
import type { Translate } from "../language/messages.ts";

/** The name to show for an actor; the id when the issuer has no name for it or is unavailable. */
export function actorName(
  t: Translate,
  id: string,
  actor: ActorNameFragment | null,
  viewerId?: string,
): string {
  if (id === viewerId) return t("actor.you");
  if (actor?.name == null) return id;
  return actor.kind === "CLIENT" ? t("actor.client", { name: actor.name }) : actor.name;
}

import type { ActorNameFragment } from "../graph/graph-types.generated.ts";
import type { Translate } from "../language/messages.ts";

const KINDS = ["USER", "CLIENT", "SYSTEM"] as const;

/** The name to show in an entry of the audit log, which always has the actor's kind. */
export function actorOfEntry(t: Translate, kind: string, actor: ActorNameFragment | null): string {
  const named = KINDS.find((each) => each === kind);
  const word = t(named === undefined ? "actor.kind.OTHER" : `actor.kind.${named}`);
  return actor?.name == null ? word : t("actor.withKind", { name: actor.name, kind: word });
}

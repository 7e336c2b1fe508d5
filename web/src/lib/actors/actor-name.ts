import type { ActorNameFragment } from "../graph/graph-types.generated.ts";

/** The name to show for an actor; the id when the issuer has no name for it or is unavailable. */
export function actorName(id: string, actor: ActorNameFragment | null, viewerId?: string): string {
  if (id === viewerId) return "You";
  if (actor?.name == null) return id;
  return actor.kind === "CLIENT" ? `${actor.name} (API client)` : actor.name;
}

/** The name to show in an entry of the audit log, which always has the actor's kind. */
export function actorOfEntry(kind: string, actor: ActorNameFragment | null): string {
  const word = kind === "CLIENT" ? "API client" : kind.toLowerCase();
  return actor?.name == null ? word : `${actor.name} (${word})`;
}

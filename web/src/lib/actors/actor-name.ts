import type { Actor } from "../graph/actors.ts";

/** What to call whoever has the id: by name, and by the id while nobody knows one. */
export function actorName(id: string, actor: Actor | null, viewerId?: string): string {
  if (id === viewerId) return "You";
  if (actor?.name == null) return id;
  return actor.kind === "CLIENT" ? `${actor.name} (API client)` : actor.name;
}

/** The same for a line of the trail, of which at least the kind is known. */
export function actorOfLine(kind: string, actor: Actor | null): string {
  const word = kind === "CLIENT" ? "API client" : kind.toLowerCase();
  return actor?.name == null ? word : `${actor.name} (${word})`;
}

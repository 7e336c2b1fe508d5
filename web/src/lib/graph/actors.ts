/** The user or client with an id; null when there is none, or the issuer is unavailable. */
export interface Actor {
  name: string | null;
  kind: "USER" | "CLIENT" | null;
}

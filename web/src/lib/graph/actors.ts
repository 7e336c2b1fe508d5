/** Who is behind an id; null where nobody has it any more, or the issuer is away. */
export interface Actor {
  name: string | null;
  kind: "USER" | "CLIENT" | null;
}

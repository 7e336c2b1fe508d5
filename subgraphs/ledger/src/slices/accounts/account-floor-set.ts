/** An account got another floor, or none. */
export interface AccountFloorSet {
  readonly type: "AccountFloorSet";
  readonly accountId: string;
  readonly fundId: string;
  readonly currency: string;
  /** Minor units on the normal side below which balance less holds may not fall; null for no limit. */
  readonly minimumMinor: bigint | null;
}

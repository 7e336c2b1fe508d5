/** The name under which this service keeps its place in the ledger's feed. */
export const FOLLOWER_NAME = "analytics";

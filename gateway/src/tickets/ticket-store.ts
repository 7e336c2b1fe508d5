/** Keeps sealed texts for a short time, each to be taken once. */
export interface TicketStore {
  /** False when it could not be kept for sure; it may have been, all the same. */
  readonly put: (id: string, sealed: string, seconds: number) => Promise<boolean>;
  /** Takes a text out: of all who ask for it, one gets it. */
  readonly take: (id: string) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** A book of the ledger. Tenants choose the ids of their funds, so an id alone does not name one. */
export interface Book {
  readonly tenantId: string;
  readonly fundId: string;
}

/** The same text for the same book. */
export const bookKey = ({ tenantId, fundId }: Book): string => `${tenantId}/${fundId}`;

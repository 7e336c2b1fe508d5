/** The tenant of the transaction, read once per statement and not once per row. */
export const CURRENT_TENANT = "(SELECT nullif(current_setting('app.tenant', true), '')::uuid)";

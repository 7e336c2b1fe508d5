/** What shows a list of any length; a page loads it after its first paint. */
export { default as BulkForms } from "./BulkForms.svelte";
export { ListedRows } from "./listed-rows.svelte.ts";
export { Selection } from "./selection.svelte.ts";
export { default as TransactionGrid } from "./TransactionGrid.svelte";

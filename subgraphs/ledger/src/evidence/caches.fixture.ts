/** Tables that hold nothing of their own: dropped and made anew from the log, they give equal answers. */
export const CACHES = [
  "actor_block",
  "balance_run",
  "entry_day",
  "term_block",
  "term_page",
  "term_pair",
  "projection",
  "book_checkpoint",
];

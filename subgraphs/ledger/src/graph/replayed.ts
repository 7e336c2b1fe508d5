/** Description of the field that marks an answer as that of an earlier request. */
export const REPLAYED =
  "True in the answer of a mutation that was carried out before under the same idempotency key; nothing was written again. False everywhere else.";

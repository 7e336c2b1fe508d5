/**
 * Characters that no person sees: soft hyphens, zero-width spaces, invisible operators, tags and the second set of
 * variation selectors. A text that a model reads and its user does not could be written in them.
 */
const HIDDEN = /[\u00AD\u200B\u2060-\u2064\uFEFF]|[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/gu;

/** A value as assistants get it: JSON, in which nothing is written that its reader cannot see. */
export const asData = (value: unknown): string => JSON.stringify(value).replaceAll(HIDDEN, "");

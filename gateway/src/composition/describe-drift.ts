/** Where two texts part, in words; undefined when they are equal. */
export function describeDrift(committed: string, composed: string): string | undefined {
  if (committed === composed) return undefined;
  const before = committed.split("\n");
  const after = composed.split("\n");
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1}:\n  - ${before[at] ?? "(nothing)"}\n  + ${after[at] ?? "(nothing)"}`;
}

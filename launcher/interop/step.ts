/** Notes that something holds, or what was seen instead. */
export type Step = (holds: string, isSo: boolean, seen: string) => void;

/** Prints each step; `failed` counts those that do not hold. */
export function printSteps(name: string): { readonly step: Step; readonly failed: () => number } {
  let failures = 0;
  const step: Step = (holds, isSo, seen) => {
    if (!isSo) failures += 1;
    console.log(`${isSo ? "passed" : "FAILED"}  ${name} ${holds}${isSo ? "" : `: ${seen}`}`);
  };
  return { step, failed: () => failures };
}

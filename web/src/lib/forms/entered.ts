import { getContext, setContext } from "svelte";

type Entered = () => Readonly<Record<string, string>>;

const KEY = Symbol("entered");

/** Gives the fields of a form what was entered before a refusal. */
export const provideEntered = (entered: Entered): Entered => setContext(KEY, entered);

/** The value that a field shows: what was entered into its form before a refusal, else its own. */
export function useEntered(): <Value>(name: string, own: Value) => string | Value {
  const entered = getContext<Entered | undefined>(KEY);
  return (name, own) => entered?.()[name] ?? own;
}

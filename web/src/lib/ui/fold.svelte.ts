import { useReader } from "../dates/reader.svelte.ts";

/**
 * A fold whose inside is written when it is first opened. Where the scripts of a browser may not run, the inside is
 * there from the start. Make it during component setup.
 */
export class Fold {
  isFilled = $state(useReader().showsWhole);

  /** Attach it to the `details` element. */
  readonly watch = (element: Element): (() => void) => {
    const details = element as HTMLDetailsElement;
    const see = () => {
      if (details.open) this.isFilled = true;
    };
    // A reader may have opened it before the scripts were there.
    see();
    details.addEventListener("toggle", see);
    return () => details.removeEventListener("toggle", see);
  };
}

import { untrack } from "svelte";
import type { Problem } from "../problems.ts";
import { useLiveFeed } from "./live-feed.svelte.ts";
import type { DataOf, ShownName, VariablesOf } from "./shown-documents.ts";

/** An answer of the graph as the server's `load` returns it. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly problems: Problem[];
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

/** What a page's `load` read, or is still reading: the page is sent before slow parts of it. */
export interface Loaded<Data, Variables> {
  readonly variables: Variables;
  readonly answer: Answer<Data> | Promise<Answer<Data>>;
}

const LOST = (): Answer<never> => ({
  data: undefined,
  problems: [
    {
      code: "UPSTREAM_UNAVAILABLE",
      message: "",
      text: "ui.lost",
    },
  ],
  readAt: Date.now(),
});

/**
 * A document as a page shows it: first the server's answer, then what postings and newer answers change. A
 * failed refresh leaves it as it is. Make it during component setup.
 */
export class PageQuery<Name extends ShownName> {
  #loaded: () => Loaded<DataOf<Name>, VariablesOf<Name>>;
  #feed = useLiveFeed();
  #arrived = $state.raw<{ of: object; answer: Answer<DataOf<Name>> }>();
  #newer = $state.raw<{ of: object; answer: Answer<DataOf<Name>> }>();
  #failure = $state.raw<Problem>();

  constructor(name: Name, loaded: () => Loaded<DataOf<Name>, VariablesOf<Name>>) {
    this.#loaded = loaded;
    $effect(() => {
      const { variables, answer } = this.#loaded();
      let stop: (() => void) | undefined;
      let isOver = false;
      const begin = (first: Answer<DataOf<Name>>) => {
        this.#arrived = { of: answer, answer: first };
        if (!isOver && first.data !== undefined)
          stop = this.#follow(name, variables, first, answer);
      };
      untrack(() => {
        if (answer instanceof Promise) void answer.then(begin, () => begin(LOST()));
        else begin(answer);
      });
      return () => {
        isOver = true;
        stop?.();
      };
    });
  }

  /** Absent while it is on its way, and where the graph returned nothing. */
  get data(): DataOf<Name> | undefined {
    return this.#answer?.data;
  }

  /** Why parts of the data are missing. */
  get problems(): Problem[] {
    return this.#answer?.problems ?? [];
  }

  /** When the data was read; milliseconds since 1970. Undefined while it is on its way. */
  get readAt(): number | undefined {
    return this.#answer?.readAt;
  }

  get isPending(): boolean {
    return this.#answer === undefined;
  }

  /** Why the last refresh failed; undefined when it did not. */
  get failure(): Problem | undefined {
    return this.#failure;
  }

  get #answer(): Answer<DataOf<Name>> | undefined {
    const { answer } = this.#loaded();
    if (this.#newer?.of === answer) return this.#newer.answer;
    if (this.#arrived?.of === answer) return this.#arrived.answer;
    return answer instanceof Promise ? undefined : answer;
  }

  #follow(
    name: Name,
    variables: VariablesOf<Name>,
    first: Answer<DataOf<Name>>,
    of: object,
  ): () => void {
    let { problems, readAt } = first;
    this.#failure = undefined;
    return this.#feed.read(
      { name, variables, brought: first },
      {
        onAnswer: (found) => {
          problems = found;
          // The first answer is the server's own.
          if (found !== first.problems) readAt = Date.now();
          this.#failure = undefined;
        },
        onData: (data) => {
          this.#newer = { of, answer: { data, problems, readAt } };
        },
        onFailure: (problem) => {
          this.#failure = problem;
        },
      },
    );
  }
}

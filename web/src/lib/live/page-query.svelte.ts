import { untrack } from "svelte";
import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import type { Problem } from "../problems.ts";
import { useLiveFeed } from "./live-feed.svelte.ts";

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
      message: "This part did not arrive. Reload the page to try again.",
    },
  ],
  readAt: Date.now(),
});

/**
 * A document as a page shows it: first the server's answer, then what postings and newer answers change. A
 * failed refresh leaves it as it is. Make it during component setup.
 */
export class PageQuery<Data, Variables extends AnyVariables> {
  #loaded: () => Loaded<Data, Variables>;
  #feed = useLiveFeed();
  #arrived = $state.raw<{ of: object; answer: Answer<Data> }>();
  #newer = $state.raw<{ of: object; answer: Answer<Data> }>();
  #failure = $state.raw<Problem>();

  constructor(document: TypedDocumentNode<Data, Variables>, loaded: () => Loaded<Data, Variables>) {
    this.#loaded = loaded;
    $effect(() => {
      const { variables, answer } = this.#loaded();
      let stop: (() => void) | undefined;
      let isOver = false;
      const begin = (first: Answer<Data>) => {
        this.#arrived = { of: answer, answer: first };
        if (!isOver && first.data !== undefined)
          stop = this.#follow(document, variables, first, answer);
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
  get data(): Data | undefined {
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

  get #answer(): Answer<Data> | undefined {
    const { answer } = this.#loaded();
    if (this.#newer?.of === answer) return this.#newer.answer;
    if (this.#arrived?.of === answer) return this.#arrived.answer;
    return answer instanceof Promise ? undefined : answer;
  }

  #follow(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    first: Answer<Data>,
    of: object,
  ): () => void {
    let { problems, readAt } = first;
    this.#failure = undefined;
    return this.#feed.read(
      { document: document as TypedDocumentNode<unknown, AnyVariables>, variables, brought: first },
      {
        onAnswer: (found) => {
          problems = found;
          // The first answer is the server's own.
          if (found !== first.problems) readAt = Date.now();
          this.#failure = undefined;
        },
        onData: (data) => {
          this.#newer = { of, answer: { data: data as Data, problems, readAt } };
        },
        onFailure: (problem) => {
          this.#failure = problem;
        },
      },
    );
  }
}

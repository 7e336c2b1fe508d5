/** What an object costs beside its members, in bytes. */
const OBJECT_BYTES = 32;
const NUMBER_BYTES = 8;
const CHARACTER_BYTES = 2;

/**
 * About how many bytes a cloneable value holds. A buffer that several arrays share counts once; a value that
 * contains itself counts once.
 */
export function byteSizeOf(value: unknown): number {
  let bytes = 0;
  visit(value, {
    text: (text) => {
      bytes += OBJECT_BYTES + CHARACTER_BYTES * text.length;
    },
    plain: () => {
      bytes += NUMBER_BYTES;
    },
    object: () => {
      bytes += OBJECT_BYTES;
    },
    buffer: ({ byteLength }) => {
      bytes += byteLength;
    },
  });
  return bytes;
}

/** The buffers of all arrays in a value that can be moved to another thread; shared ones need no move. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  visit(value, {
    buffer: (buffer) => {
      if (buffer instanceof ArrayBuffer) buffers.push(buffer);
    },
  });
  return buffers;
}

interface Visitor {
  readonly text?: (text: string) => void;
  readonly plain?: () => void;
  readonly object?: () => void;
  readonly buffer: (buffer: ArrayBufferLike) => void;
}

/** Visits every part of a value once, without recursion: a deep value must not end the thread. */
function visit(value: unknown, visitor: Visitor): void {
  const seen = new Set<object>();
  const open: unknown[] = [value];
  const visitBuffer = (buffer: ArrayBufferLike): void => {
    if (seen.has(buffer)) return;
    seen.add(buffer);
    visitor.buffer(buffer);
  };
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") visitor.text?.(next);
    else if (typeof next !== "object" || next === null) visitor.plain?.();
    else if (ArrayBuffer.isView(next)) visitBuffer(next.buffer);
    else if (next instanceof ArrayBuffer || next instanceof SharedArrayBuffer) visitBuffer(next);
    else if (!seen.has(next)) {
      seen.add(next);
      visitor.object?.();
      for (const part of partsOf(next)) open.push(part);
    }
  }
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set || Array.isArray(value) ? value : Object.values(value);
}

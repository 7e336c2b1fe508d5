/** What is wrong with an event. Rules throw it; the position is added where the file is read. */
export class Fault extends Error {
  constructor(kind, what) {
    super(what);
    this.kind = kind;
  }
}

/** Refuses the event at hand; the kinds are those of docs/evidence.md. */
export function refuse(kind, what) {
  throw new Fault(kind, what);
}

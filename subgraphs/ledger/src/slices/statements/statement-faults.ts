import { AppError, type Violation } from "@allfunds/contract/errors";

const MAX_REPORTED = 50;

/** Collects the faults of a file, each with its line, so that the sender can mend them all at once. */
export class StatementFaults {
  readonly #violations: Violation[] = [];
  #count = 0;

  add(fileLine: number, message: string): void {
    this.#count += 1;
    if (this.#violations.length < MAX_REPORTED) {
      this.#violations.push({ path: `line ${fileLine}`, message });
    }
  }

  refuseIfAny(): void {
    const [first] = this.#violations;
    if (first === undefined) return;
    const others = this.#count === 1 ? "" : `, and ${this.#count - 1} more`;
    throw new AppError("STATEMENT_INVALID", `${first.path}: ${first.message}${others}`, {
      violations: this.#violations,
    });
  }
}

/** A statement that is wrong as a whole. */
export const invalidStatement = (message: string): AppError =>
  new AppError("STATEMENT_INVALID", message, { violations: [{ path: "content", message }] });

declare namespace App {
  interface Error {
    message: string;
    /** Stable code of the failure, as the graph gives it. */
    code?: string;
    traceId?: string;
  }
}

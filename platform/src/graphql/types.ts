export {
  connectionType,
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  pageSize,
  toConnection,
  type Connection,
  type Edge,
} from "./connection.ts";
export { decodeCursor, encodeCursor } from "./cursor.ts";
export {
  CursorScalar,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
  SafeIntScalar,
} from "./scalars.ts";
export { MoneyObject, PageInfoObject } from "./shared-types.ts";

/** Every row that is read through the object mapper. */
export { InstrumentEntity } from "./instruments/instrument-entity.ts";

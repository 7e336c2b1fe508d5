// Where the host puts its tables; the same addresses are in src/simulation/kernel/wasm-kernel.ts.

/** Widths of the 512 layers of the normal density, and of none: 513 doubles. */
export const WIDTHS: usize = 0;
/** The share of each layer that is accepted at once. */
export const LIMITS: usize = 4112;
/** Densities at the layers' widths. */
export const DENSITIES: usize = 8208;
/** Constants, each twice, that are kept in registers: 3, the bits of 2, all bits but the sign. */
export const CONSTANTS: usize = 12320;
/**
 * Constants of exp, each twice: its bounds, log2(e), what rounds, ln(2) in two parts, the bits of 1023; then
 * 14 terms, the lowest power first.
 */
export const EXP_CONSTANTS: usize = 12368;
/** Draws of one pair of paths. */
export const DRAWS: usize = 16384;
/** How many draws fit there, of two doubles each. */
export const DRAWS_LENGTH: i32 = 512;
/** Bytes between the words of the random state. */
export const WORD: usize = 16;

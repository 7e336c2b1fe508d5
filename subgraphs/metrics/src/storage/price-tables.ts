/** The parts of a bar, as every table of prices has them. */
export const BAR_COLUMNS = "open, high, low, close, volume";

const BAR = `
    open numeric CHECK (open > 0),
    high numeric CHECK (high > 0),
    low numeric CHECK (low > 0),
    close numeric NOT NULL CHECK (close > 0),
    volume numeric CHECK (volume >= 0)`;

interface TableOptions {
  readonly time: string;
  /** What follows the columns, such as the partitioning. */
  readonly suffix?: string;
}

// Without a foreign key to the instrument: it would queue a check for each of a million rows. Writers hold
// the instrument's lock, and no instrument is deleted.
/** Creates a table of prices as they are known now. */
export const createCurrent = (table: string, { time, suffix = "" }: TableOptions): string => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    ${time} NOT NULL,${BAR},
    known_from timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, instrument_id, ${nameOf(time)})
  ) ${suffix}`;

/** Creates the table of what was known before prices were corrected or deleted. */
export const createHistory = (table: string, { time }: TableOptions): string => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    ${time} NOT NULL,${BAR},
    known_from timestamptz NOT NULL,
    known_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, instrument_id, ${nameOf(time)}, known_from),
    CHECK (known_from < known_until)
  )`;

/** Creates a roll-up of points: one bar for each bucket that has any. */
export const createRollUp = (table: string): string => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    bucket timestamptz NOT NULL,${BAR},
    points bigint NOT NULL,
    last_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, instrument_id, bucket)
  )`;

const nameOf = (time: string): string => time.split(" ")[0] ?? time;

export const DAY = "day date";
export const INSTANT = "at timestamptz(3)";

/** What the catalogue of instruments gains: kinds, currency pairs, and the version of the series. */
export const EXTEND_INSTRUMENTS: readonly string[] = [
  `ALTER TABLE instrument
    ADD COLUMN kind text NOT NULL DEFAULT 'SECURITY'
      CHECK (kind IN ('SECURITY', 'INDEX', 'FUND_UNIT', 'CURRENCY_PAIR')),
    ADD COLUMN base_currency text,
    ADD COLUMN version bigint NOT NULL DEFAULT 0,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT instrument_pair CHECK ((kind = 'CURRENCY_PAIR') = (base_currency IS NOT NULL))`,
  `COMMENT ON COLUMN instrument.base_currency IS
    'Of a currency pair: a price is the amount of currency for one unit of this one'`,
  `COMMENT ON COLUMN instrument.version IS
    'Counts the changes of its prices and corporate actions; results cached for a version stay right'`,
];

// When these prices were stored was not kept, so they count as known from the start.
/** Moves the prices that were stored before into the table of daily prices. */
export const MOVE_PRICES: readonly string[] = [
  `INSERT INTO daily_price (tenant_id, instrument_id, day, close, known_from)
   SELECT tenant_id, instrument_id, day, close, '-infinity' FROM instrument_price`,
  `UPDATE instrument SET version = 1 WHERE EXISTS (SELECT 1 FROM daily_price
    WHERE daily_price.tenant_id = instrument.tenant_id
      AND daily_price.instrument_id = instrument.instrument_id)`,
  "DROP TABLE instrument_price",
];

/** Server settings by name, as in postgresql.conf. */
export type Settings = Readonly<Record<string, string>>;

/** For one laptop and a handful of services; durability is never traded for speed here. */
export const LAPTOP_SETTINGS: Settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "128MB",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // No replica ever follows this server, so its log need not carry one.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "1GB",
  checkpoint_timeout: "10min",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  // Our statements are short; compiling their plans costs more than it saves.
  jit: "off",
  io_method: "sync",
};

export function settingArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

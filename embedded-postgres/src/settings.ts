/** Server settings by name, as in postgresql.conf. */
export type Settings = Readonly<Record<string, string>>;

/** Settings for one laptop and a handful of services, with full durability. */
export const LAPTOP_SETTINGS: Settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "128MB",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // This server has no replicas, so its log need not support replication.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "1GB",
  checkpoint_timeout: "10min",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  // The services' queries are short; compiling their plans costs more than it saves.
  jit: "off",
  io_method: "sync",
};

export function settingArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/**
 * Settings of the bundled server for a laptop that also runs the centre and its customers. Our file holds them
 * all and is written at every start, so that a changed default reaches folders made long ago.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  max_connections: '100',

  // An answer of ours is a promise: what was answered OK survives a power cut.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  // Queue tables turn over thousands of rows a second: small and often, rather than late and long.
  autovacuum: 'on',
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '1000',

  // Nobody's time zone decides anything.
  timezone: 'UTC',
  log_timezone: 'UTC',

  // Details and statements of errors would put texts and numbers of messages into the log.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  logging_collector: 'off',

  cluster_name: 'heliogram',
  jit: 'off',
  track_io_timing: 'on',
}

export type Settings = Readonly<Record<string, string>>

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** The text of our configuration file. `origin` stands in it so that a server of another version is known by its file. */
export function settingsText(origin: string, address: Settings, override: Settings = {}): string {
  const lines = Object.entries({ ...SETTINGS, ...address, ...override }).map(([name, value]) => `${name} = ${quote(value)}`)
  return [
    `# Written by Heliogram at every start (${origin}). Settings of your own go into custom.conf beside this file.`,
    `include_if_exists 'postgresql.conf'`,
    ...lines,
    `include_if_exists 'custom.conf'`,
    '',
  ].join('\n')
}

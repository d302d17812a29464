import path from 'node:path';

/** The few settings the supervisor itself needs; the apps check the whole configuration (libs/platform config). */
export interface ConfigView {
  dataDir: string;
  databaseUrl: string | null;
  kafkaBrokers: string | null;
  host: string;
  port: string;
  smtpPort: string;
  publicUrl: string;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): ConfigView {
  const host = env['HOST'] || '127.0.0.1';
  const port = env['PORT'] || '3000';
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    dataDir: path.resolve(env['DATA_DIR'] || 'data'),
    databaseUrl: env['DATABASE_URL'] || null,
    kafkaBrokers: env['KAFKA_BROKERS'] || null,
    host,
    port,
    smtpPort: env['SMTP_PORT'] || '2525',
    publicUrl: env['PUBLIC_URL'] || `http://${shown}:${port}`,
  };
}

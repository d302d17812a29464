import type { AppName } from '#platform';

export type ProxiedApp = Exclude<AppName, 'gateway'>;

/** What composition tells gateway about its surroundings. */
export interface EdgeOptions {
  /** Where the other apps listen (distributed shape), without a slash at the end; their routes are proxied. */
  apps?: Partial<Record<ProxiedApp, string>>;
  /** The built web client (dist/web); left out or absent: none is served. */
  webFolder?: string;
  /** Gateway answers for the health of the other apps too; needs `ownHealth` of createHttpApp. */
  ownHealth?: boolean;
  /** The app in whose process gateway's own projection runs (ADR 17); left out: in this one. */
  projectedBy?: ProxiedApp;
}

export const EDGE_OPTIONS = Symbol('edge options');

/** Which app answers which part of /api/v1. */
export const PROXIED: Record<ProxiedApp, readonly string[]> = {
  inbox: ['conversations', 'messages', 'customers', 'attachments', 'counts'],
  sla: ['sla', 'reports'],
  notifier: ['alerts', 'deliveries'],
};

/** `KAIROS_INBOX_URL`, `KAIROS_SLA_URL`, `KAIROS_NOTIFIER_URL`: set where the apps are processes of their own. */
export function appsFromEnvironment(env: Record<string, string | undefined>): EdgeOptions['apps'] {
  const apps: EdgeOptions['apps'] = {};
  for (const app of Object.keys(PROXIED) as ProxiedApp[]) {
    const url = env[`KAIROS_${app.toUpperCase()}_URL`]?.trim();
    if (!url) continue;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new Error(`KAIROS_${app.toUpperCase()}_URL="${url}" is no http URL; use for example http://${app}:3000`);
    }
    apps[app] = url.replace(/\/+$/, '');
  }
  return apps;
}

/** `KAIROS_PROJECTED_BY`: set by the supervisor of the standalone; every other gateway projects for itself. */
export function projectedByFrom(env: Record<string, string | undefined>): ProxiedApp | undefined {
  const name = env['KAIROS_PROJECTED_BY']?.trim();
  if (!name) return undefined;
  if (name in PROXIED) return name as ProxiedApp;
  throw new Error(`KAIROS_PROJECTED_BY="${name}" is no app; use ${Object.keys(PROXIED).join(', ')}, or leave it out`);
}

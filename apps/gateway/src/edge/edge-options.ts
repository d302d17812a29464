import type { EventLog } from '#event-log';
import type { AppName } from '#platform';

/** What composition tells gateway about its surroundings. */
export interface EdgeOptions {
  /** The event logs of the apps in this process: their parked events are listed and replayed here. */
  logs?: { app: AppName; log: EventLog }[];
  /** Where the other apps listen (distributed shape), without a slash at the end; their routes are proxied. */
  apps?: Partial<Record<Exclude<AppName, 'gateway'>, string>>;
  /** The built web client (dist/web); left out or absent: none is served. */
  webFolder?: string;
}

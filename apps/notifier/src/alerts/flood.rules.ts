/** More than so many breaches a minute in one Slack channel become a digest (domain.md 2.9). */
export const SINGLES_A_MINUTE = 10;
export const WINDOW_MS = 60_000;
/** So many customers with links fit safely into one message (50 blocks, 3,000 characters a section, 13,200 in all). */
export const DIGEST_FULL = 60;
/** Fired so long after its time, a level tells of an outage of ours. */
export const DOWNTIME_MS = 5_000;

export interface OpenDigest {
  id: string;
  items: number;
  lastAddedAt: Date;
}

export interface Waiting {
  alertId: string;
  /** How long after its own time the level fired. */
  firedLateMs: number;
}

export interface Plan {
  singles: string[];
  /** `opened`: a new message; otherwise one that is there already. */
  digests: { id: string; opened: boolean; afterDowntime: boolean; alertIds: string[] }[];
}

/**
 * One message each while it is quiet. What would make more than ten a minute, and what an outage has piled up, goes
 * into digests: the one that is still filling first, then new ones.
 * @param recent alerts to this Slack channel within the last minute
 */
export function planMessages(
  waiting: Waiting[],
  channel: { recent: number; open: OpenDigest | null },
  now: Date,
  makeId: () => string,
): Plan {
  const late = waiting.filter((alert) => alert.firedLateMs > DOWNTIME_MS);
  const open = channel.open && isFilling(channel.open, now) ? channel.open : null;
  const flood = channel.recent + waiting.length > SINGLES_A_MINUTE;
  const collected = flood ? waiting : late.length > 1 || (late.length === 1 && open) ? late : [];
  const singles = waiting.filter((alert) => !collected.includes(alert)).map((alert) => alert.alertId);
  const digests: Plan['digests'] = [];
  let ids = collected.map((alert) => alert.alertId);
  const afterDowntime = late.length > 0 && late.length === collected.length;
  if (open && ids.length > 0) {
    const room = DIGEST_FULL - open.items;
    digests.push({ id: open.id, opened: false, afterDowntime, alertIds: ids.slice(0, room) });
    ids = ids.slice(room);
  }
  for (; ids.length > 0; ids = ids.slice(DIGEST_FULL)) {
    digests.push({ id: makeId(), opened: true, afterDowntime, alertIds: ids.slice(0, DIGEST_FULL) });
  }
  return { singles, digests };
}

function isFilling(digest: OpenDigest, now: Date): boolean {
  return digest.items < DIGEST_FULL && now.getTime() - digest.lastAddedAt.getTime() < WINDOW_MS;
}

import type { Role } from '#contracts';

/** Who may see a change. */
export interface ChangeAudience {
  /** The conversation's channels belong to no team in particular. */
  everybody: boolean;
  /** Teams of its channels, its own, and the one it just left. */
  teamIds: string[];
  /** Its assignee and the one it just lost. */
  personIds: string[];
}

/** Managers and administrators see everything; others their teams', their channels' and their own (security.md D1). */
export function maySee(who: { personId: string; role: Role; teamIds: string[] }, audience: ChangeAudience): boolean {
  if (who.role === 'manager' || who.role === 'admin' || audience.everybody) return true;
  return audience.personIds.includes(who.personId) || audience.teamIds.some((id) => who.teamIds.includes(id));
}

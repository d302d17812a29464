import type { ChannelKind, EscalationFired, EventPayloads } from '#contracts';
import { withoutOverrides } from '#kernel';

/** What an alert is about: the level as it fired. */
export type AlertFacts = EscalationFired;

/** How the wait ended, in what the later events say. */
export interface Ended {
  how: 'answered' | 'cancelled';
  at: string;
  byId: string | null;
  reason: string | null;
}

/** One customer in a message. */
export interface AlertItem {
  facts: AlertFacts;
  ended: Ended | null;
  why: string | null;
  ownerName: string | null;
  teamName: string | null;
  answeredByName: string | null;
}

export function answered(payload: EventPayloads['wait.answered']): Ended {
  return { how: 'answered', at: payload.answeredAt, byId: payload.answeredById, reason: null };
}

export function cancelled(payload: EventPayloads['wait.cancelled'], at: string): Ended {
  return { how: 'cancelled', at, byId: null, reason: payload.reason };
}

export const CHANNEL_NAMES: Record<ChannelKind, string> = {
  email: 'email',
  sms: 'SMS',
  messenger: 'Messenger',
  webchat: 'web chat',
  custom: 'custom channel',
};

/** Exactly as the inbox shows it, on one line and without what would turn the rest of the line around. */
export function customerName(facts: AlertFacts): string {
  return withoutOverrides(facts.customerName).replace(/\s+/g, ' ').trim() || 'a customer';
}

export function conversationLink(publicUrl: string, conversationId: string): string {
  return `${publicUrl}/inbox/${encodeURIComponent(conversationId)}`;
}

/** The two largest units: 3 s, 4 min, 2 h 5 min, 3 d 4 h. Rounded down; never below 0. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
}

/** How long after the deadline: now, or when it ended. Null: the promise is (or was) not broken. */
export function lateMs(item: Pick<AlertItem, 'facts' | 'ended'>, now: Date): number | null {
  const end = item.ended ? Date.parse(item.ended.at) : now.getTime();
  const late = end - Date.parse(item.facts.dueAt);
  return item.facts.breached || late > 0 ? Math.max(0, late) : null;
}

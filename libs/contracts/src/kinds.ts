/** Channel kinds in the registry of libs/connectors. A connector's folder is named by its kind. */
export const CHANNEL_KINDS = ['email', 'sms', 'messenger', 'webchat', 'custom'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What a promise is made for (domain.md 1): `messenger` is social, `custom` names its own (social when unset). */
export const SLA_KINDS = ['email', 'sms', 'social', 'webchat', 'phone'] as const;
export type SlaKind = (typeof SLA_KINDS)[number];

export const ROLES = ['agent', 'lead', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const CONVERSATION_STATUSES = ['open', 'snoozed', 'resolved'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

/** Why a conversation was resolved while a customer waits (domain.md 2.3): the wait is cancelled and counted. */
export const RESOLVE_REASONS = ['spam', 'duplicate', 'no_reply_needed', 'unreachable'] as const;
export type ResolveReason = (typeof RESOLVE_REASONS)[number];

/** Why a promise was broken. */
export const BREACH_CAUSES = [
  'no_reply',
  'no_owner',
  'reply_late',
  'received_late',
  'delivery_failed',
  'service_down',
] as const;
export type BreachCause = (typeof BREACH_CAUSES)[number];

/** What `WaitView.reason` may say: why it was cancelled, or else why its promise was broken. */
export const WAIT_REASONS = [...RESOLVE_REASONS, ...BREACH_CAUSES, 'absorbed'] as const;

export const MESSAGE_KINDS = ['inbound', 'reply', 'note', 'system'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** In rank order; a report of a lower rank never replaces a higher one, `failed` excepted before `delivered`. */
export const DELIVERY_STATES = ['queued', 'sending', 'unknown', 'sent', 'failed', 'delivered', 'read'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const WAIT_KINDS = ['first_response', 'next_response', 'resolution', 'callback'] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];

export const LANGUAGES = ['en', 'el', 'ro', 'hu', 'fa'] as const;
export type Language = (typeof LANGUAGES)[number];

export type ChannelState = 'live' | 'waiting' | 'failing' | 'needs_sign_in' | 'off';
export type DestinationKind = 'slack' | 'email' | 'sms' | 'webhook';

/** The SLA kind of a channel; `config.slaKind` is read for `custom` only. */
export function slaKindOf(kind: ChannelKind, config?: { slaKind?: string }): SlaKind {
  if (kind === 'messenger') return 'social';
  if (kind !== 'custom') return kind;
  return SLA_KINDS.find((known) => known === config?.slaKind) ?? 'social';
}

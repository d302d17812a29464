/** What Meta posts, as far as we read it; everything may be missing or of another type. */
export interface MessengerEvent {
  sender?: { id?: unknown };
  recipient?: { id?: unknown };
  timestamp?: unknown;
  message?: MessengerMessage;
  message_edit?: { mid?: unknown; text?: unknown; num_edit?: unknown };
  postback?: { mid?: unknown; title?: unknown; payload?: unknown };
  reaction?: { mid?: unknown; action?: unknown; emoji?: unknown; reaction?: unknown };
  delivery?: { mids?: unknown; watermark?: unknown };
  read?: { mid?: unknown; mids?: unknown; watermark?: unknown };
  [other: string]: unknown;
}

export interface MessengerMessage {
  mid?: unknown;
  text?: unknown;
  is_echo?: unknown;
  is_deleted?: unknown;
  metadata?: unknown;
  attachments?: unknown;
  sticker_id?: unknown;
  [other: string]: unknown;
}

export interface MessengerAttachment {
  type?: unknown;
  title?: unknown;
  url?: unknown;
  payload?: { url?: unknown; title?: unknown; coordinates?: { lat?: unknown; long?: unknown } };
}

/** Marks our own sends in their echoes, so that a send whose answer was lost is recognised. */
export const METADATA_PREFIX = 'kairos:';

/** Notices about the thread itself that no customer wrote. */
export const NOTICES = new Set([
  'referral',
  'optin',
  'account_linking',
  'policy_enforcement',
  'app_roles',
  'pass_thread_control',
  'take_thread_control',
  'request_thread_control',
  'game_play',
  'message_feedback',
]);

export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

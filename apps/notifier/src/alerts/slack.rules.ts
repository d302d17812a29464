/** A message in a Slack channel and what is known about it there. */
export interface SlackMessage {
  id: string;
  destinationId: string;
  kind: 'single' | 'digest';
  afterDowntime: boolean;
  state: 'queued' | 'sending' | 'sent' | 'skipped' | 'failed';
  reason: string | null;
  wantedVersion: number;
  shownVersion: number;
  slackChannelId: string | null;
  ts: string | null;
  unsure: boolean;
  tries: number;
  nextAt: Date | null;
  attemptAt: Date | null;
  worker: string | null;
  leaseUntil: Date | null;
  troubleSince: Date | null;
  createdAt: Date;
}

/** Why a call to Slack brought nothing. */
export interface SlackTrouble {
  /** It may have been posted all the same. */
  ambiguous: boolean;
  /** Slack says wait. */
  retryAfterMs: number | null;
  /** Somebody has to change something: a token, a channel, a permission. */
  configuration: boolean;
  /** Slack will never take this message or this change of it. */
  refused: boolean;
  words: string;
}

/** Seconds between attempts; the last one repeats until a day has passed. */
const BACKOFF_SECONDS = [1, 3, 10, 30, 60, 300];
const GIVE_UP_MS = 24 * 3_600_000;
/** A digest is redrawn at most so often. */
export const REDRAW_MS = 3_000;
/** Slack silent for so long: managers are told by mail or text (domain.md 2.9). */
export const SILENCE_MS = 60_000;
export const NEEDLESS = 'Every wait in it ended before it was posted';
/** Longer than a post with its look into the history can take (up to 21 calls of 5 s). */
export const SLACK_LEASE_MS = 120_000;

export function begin(message: SlackMessage, worker: string, now: Date): SlackMessage {
  const held = { worker, leaseUntil: after(now, SLACK_LEASE_MS), attemptAt: message.attemptAt, nextAt: null };
  if (message.state === 'sent') return { ...message, ...held };
  return { ...message, ...held, state: 'sending', attemptAt: message.attemptAt ?? now, tries: message.tries + 1 };
}

/** Its holder died: a post may be there already, so the next attempt looks first; an update may just be repeated. */
export function recover(message: SlackMessage, now: Date): SlackMessage {
  const free = { ...message, worker: null, leaseUntil: null, nextAt: now };
  return message.state === 'sent' ? free : { ...free, state: 'queued', unsure: true };
}

export function posted(
  message: SlackMessage,
  there: { channelId: string; ts: string; version: number },
  now: Date,
): SlackMessage {
  return {
    ...shown(message, there.version, now),
    state: 'sent',
    slackChannelId: there.channelId,
    ts: there.ts,
    unsure: false,
  };
}

/** Drawn as of `version`; what changed meanwhile is drawn next. */
export function shown(message: SlackMessage, version: number, now: Date): SlackMessage {
  const drawn = { ...message, shownVersion: Math.max(message.shownVersion, version) };
  const calm = { reason: null, tries: 0, troubleSince: null, worker: null, leaseUntil: null };
  return { ...drawn, ...calm, nextAt: drawn.wantedVersion > drawn.shownVersion ? redrawAt(message, now) : null };
}

export function troubled(message: SlackMessage, trouble: SlackTrouble, now: Date): SlackMessage {
  const tries = message.state === 'sent' ? message.tries + 1 : message.tries;
  const free = {
    ...message,
    tries,
    reason: trouble.words,
    worker: null,
    leaseUntil: null,
    troubleSince: message.troubleSince ?? now,
    unsure: message.unsure || trouble.ambiguous,
  };
  if (trouble.refused && message.state === 'sent')
    return { ...shown(message, message.wantedVersion, now), reason: trouble.words };
  const age = now.getTime() - message.createdAt.getTime();
  if (trouble.refused || age > GIVE_UP_MS)
    return { ...free, state: message.state === 'sent' ? 'sent' : 'failed', nextAt: null };
  const usual = (BACKOFF_SECONDS[Math.max(0, tries - 1)] ?? BACKOFF_SECONDS.at(-1)!) * 1_000;
  const pause = trouble.retryAfterMs ?? (trouble.configuration ? Math.max(usual, 60_000) : usual);
  return { ...free, state: message.state === 'sent' ? 'sent' : 'queued', nextAt: after(now, pause) };
}

/** Something in it changed (answered, further customers): to be drawn again. */
export function changed(message: SlackMessage, now: Date): SlackMessage {
  const wanted = { ...message, wantedVersion: message.wantedVersion + 1 };
  if (message.state !== 'sent' || message.worker !== null) return wanted; // whoever holds it draws again
  return { ...wanted, nextAt: message.nextAt ?? redrawAt(message, now) };
}

/** Everything in it ended before it was posted: nothing is posted. Only when it is certain that nothing was. */
export function skipped(message: SlackMessage, reason: string): SlackMessage {
  if (message.state !== 'queued' || message.unsure) return message;
  return { ...message, state: 'skipped', reason, nextAt: null, worker: null, leaseUntil: null };
}

/** The answer that had made it needless did not arrive: the wait is open again, so it is posted after all. */
export function revived(message: SlackMessage, now: Date): SlackMessage {
  return { ...message, state: 'queued', reason: null, nextAt: now };
}

function redrawAt(message: SlackMessage, now: Date): Date {
  return message.kind === 'single' ? now : after(now, REDRAW_MS);
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

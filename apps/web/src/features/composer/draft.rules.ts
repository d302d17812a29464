import type { KeptDraft, Pending, Recipients } from '../../sync/state.rules.js';

/** Whom the author named, for the channel on which they were named: the reply stays on that one. */
export interface Addressed extends Recipients {
  channelId: string;
}

export interface Draft {
  text: string;
  kind: 'reply' | 'note';
  /** Null: the usual recipients. */
  addressed: Addressed | null;
}

export const EMPTY: Draft = { text: '', kind: 'reply', addressed: null };

export const isBlank = ({ text, addressed }: Draft): boolean => text.trim() === '' && addressed === null;

export const toKeep = ({ text, kind, addressed }: Draft): KeptDraft => ({ text, kind, ...(addressed ?? {}) });

/**
 * What was kept comes back above what was written while we asked for it; where one of the two is a note, both are: no
 * customer gets by mistake what was meant for the team.
 */
export function joined(kept: Draft, since: Draft): Draft {
  const isSaid = since.text.includes(kept.text.trim()); // a reply that was undone has come back with the same words
  const both = since.text.trim() === '' ? kept.text : `${kept.text}\n\n${since.text}`;
  return {
    text: isSaid ? since.text : both,
    kind: kept.kind === 'note' ? 'note' : since.kind,
    addressed: since.addressed ?? kept.addressed,
  };
}

/** Half a choice (another client's) cannot be shown as one: it counts as none. */
export function fromKept({ text, kind, channelId, to, cc }: KeptDraft): Draft {
  return { text, kind, addressed: channelId && to && cc ? { channelId, to, cc } : null };
}

/** Mail alone has recipients to choose: another address, another channel of mail; elsewhere they are forgotten. */
export const addressedOn = (
  named: Recipients | null,
  channel: { id: string; kind: string } | undefined,
): Addressed | null =>
  named && channel?.kind === 'email' ? { to: named.to, cc: named.cc, channelId: channel.id } : null;

/** Whom a reply named that comes back. */
export const addressedBy = ({ recipients, channelId }: Pick<Pending, 'recipients' | 'channelId'>): Addressed | null =>
  recipients && channelId ? { ...recipients, channelId } : null;

/** What stays in the box once its words have left: a note leaves the reply's recipients alone. */
export const afterSending = (draft: Draft): Draft => ({
  ...draft,
  text: '',
  addressed: draft.kind === 'note' ? draft.addressed : null,
});

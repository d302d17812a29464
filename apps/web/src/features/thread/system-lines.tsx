import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { MessageView, PersonView, TeamView } from '#contracts';
import { usePeople, useTeams } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import type { Format } from '../../i18n/format.js';
import { Link } from '../../router.js';
import { useMe } from '../../session.js';
import { serverNow } from '../../sync/ticker.js';

interface Words {
  t: TFunction;
  format: Format;
  people: PersonView[];
  teams: TeamView[];
  meId: string;
}

/** What people and rules did, small and together; one line says it all, with the time of the last. */
export function SystemLines({ messages }: { messages: MessageView[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const words: Words = { t, format, people: usePeople(), teams: useTeams(), meId: me.id };
  const last = messages.at(-1)!;
  return (
    <div
      data-kind="system"
      className="my-2.5 flex flex-wrap items-baseline justify-center gap-x-1.5 px-6 text-center text-sm text-faint"
    >
      {messages.map((message, index) => (
        <span key={message.id}>
          <bdi>{sentenceOf(message, words)}</bdi>
          <Target message={message} />
          {index < messages.length - 1 ? <span aria-hidden> ·</span> : null}
        </span>
      ))}
      <time dateTime={last.at} title={format.exact(last.at)} className="tabular">
        {format.time(last.at)}
      </time>
    </div>
  );
}

/** Another conversation the line is about (merged, split, continued). */
function Target({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const data = message.system?.data ?? {};
  const id = [data.intoId, data.fromConversationId, data.newConversationId, data.toId, data.conversationId].find(
    (value) => typeof value === 'string',
  );
  if (!id || id === message.conversationId || message.system?.event.includes('customer')) return null;
  return (
    <>
      {' '}
      <Link href={`/inbox/${encodeURIComponent(id)}`} className="text-accent">
        {t('system.open')}
      </Link>
    </>
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function sentenceOf(message: MessageView, words: Words): string {
  const { t, format, people, teams, meId } = words;
  const data = message.system?.data ?? {};
  const event = (message.system?.event ?? '').replace(/^(conversation|customer)\./, (prefix) =>
    prefix === 'customer.' ? 'customer_' : '',
  );
  const nameOf = (id: unknown) =>
    id === meId ? t('system.you') : (people.find((person) => person.id === id)?.name ?? t('thread.somebody'));
  const to = data.to as Record<string, unknown> | string | undefined;
  const by = actorOf(message, data, nameOf, t);
  switch (event) {
    case 'assigned': {
      const target = typeof to === 'object' ? to : data;
      const team = teams.find(({ id }) => id === target.teamId)?.name;
      if (target.assigneeId) {
        return target.assigneeId === message.authorId
          ? t('system.took', { name: by })
          : t('system.assigned', { by, name: nameOf(target.assigneeId) });
      }
      return team ? t('system.assignedTeam', { by, team }) : t('system.unassigned', { by });
    }
    case 'status_changed':
    case 'resolved':
    case 'reopened':
    case 'snoozed': {
      const status = event === 'status_changed' ? text(to) : event === 'reopened' ? 'open' : event;
      const until = text(data.snoozedUntil ?? data.until);
      if (status === 'snoozed') return t('system.snoozed', { by, until: until ? format.when(until, serverNow()) : '' });
      if (status === 'resolved') {
        return data.reason
          ? t('system.resolvedReason', { by, reason: t(`reasons.${text(data.reason)}`) })
          : t('system.resolved', { by });
      }
      const { rule } = (data.by ?? {}) as { rule?: string };
      return rule === 'reply_failed' ? t('system.replyFailed') : t('system.reopened', { by });
    }
    case 'priority_changed':
      return t('system.priority', { by, priority: t(`priority.${text(to) || text(data.priority)}`) });
    case 'tags_changed':
      return t('system.tags', { by, tags: (Array.isArray(data.to) ? data.to : []).join(', ') || '–' });
    case 'corrected':
    case 'merged':
    case 'unmerged':
    case 'split':
    case 'linked':
    case 'claimed_reply':
    case 'customer_merged':
    case 'customer_unmerged':
      return t(`system.${event}`, { by });
    default:
      return message.text || t('system.other', { by });
  }
}

function actorOf(
  message: MessageView,
  data: Record<string, unknown>,
  nameOf: (id: unknown) => string,
  t: TFunction,
): string {
  const by = data.by as { kind?: string; id?: string } | undefined;
  if (by?.kind === 'customer') return t('system.customer');
  const id = message.authorId ?? by?.id;
  return id ? nameOf(id) : t('system.rule');
}

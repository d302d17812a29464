import { FileText, ShieldAlert } from 'lucide-react';
import { lazy, memo, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView, MessageView } from '#contracts';
import { useCustomer, usePeople } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { cx } from '../../ui/cx.js';
import { ChannelIcon } from '../../ui/small.js';
import { Attachments } from './attachments.js';
import { Delivery } from './delivery.js';
import { isRich } from './html.rules.js';
import { MessageMenu } from './message-menu.js';
import { MessageText } from './message-text.js';
import { SetAside } from './set-aside.js';

const MailFrame = lazy(() => import('./mail-frame.js'));

const BUBBLE = {
  inbound: 'border border-line bg-raised',
  reply: 'bg-ours',
  note: 'border border-dashed border-note-line bg-note',
};

interface MessageProps {
  message: MessageView;
  /** Stands under the same name as the one before. */
  joined: boolean;
  /** The last reply says plainly that it arrived; older ones speak only of trouble. */
  latest: boolean;
  view: ConversationView;
  onSplit: ((seq: number) => void) | null;
}

/** Customer at the start side, we at the end side; a note is tinted and says who sees it. */
export const Message = memo(function Message({ message, joined, latest, view, onSplit }: MessageProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople();
  const ours = message.kind !== 'inbound';
  const kind = message.kind === 'system' ? 'note' : message.kind;
  const author = people.find((person) => person.id === message.authorId)?.name;
  const name = ours
    ? (author ?? t('thread.somebody'))
    : message.from.name || (message.channelKind === 'email' && message.from.address) || view.customer.displayName;
  const spoken = spokenAddress(message);
  return (
    <article
      aria-label={t(`thread.said.${kind}`, { name })}
      data-message={message.id}
      data-kind={message.kind}
      className={cx(
        'group flex flex-col [contain-intrinsic-size:auto_5rem] [content-visibility:auto]',
        ours ? 'items-end' : 'items-start',
        joined ? 'mt-1' : 'mt-3',
      )}
    >
      {joined ? null : (
        <div className="mb-1 flex max-w-full items-center gap-1.5 px-1 text-sm text-soft">
          {message.channelKind ? (
            <ChannelIcon kind={message.channelKind} label={t(`channels.${message.channelKind}`)} size={13} />
          ) : null}
          <bdi dir="auto" className="truncate font-medium text-ink" title={ours ? undefined : message.from.address}>
            {name}
          </bdi>
          {spoken && spoken !== name ? (
            <bdi dir="ltr" className="truncate text-faint">
              {spoken}
            </bdi>
          ) : null}
          {message.kind === 'note' ? <span className="text-note-ink">{t('thread.onlyTeam')}</span> : null}
          {message.automatic && ours ? <span>{t('thread.automatic')}</span> : null}
          <time dateTime={message.at} title={format.exact(message.at)} className="tabular shrink-0 text-faint">
            {format.time(message.at)}
          </time>
        </div>
      )}
      <div className={cx('flex w-full items-start gap-1', ours && 'flex-row-reverse')}>
        <div
          className={cx(
            'max-w-[min(42rem,100%)] min-w-0 rounded-lg px-3.5 py-2',
            BUBBLE[kind],
            isRich(message.html) && 'flex-1',
          )}
        >
          <Facts message={message} view={view} />
          {isRich(message.html) ? (
            <Suspense fallback={<MessageText text={message.text} />}>
              <MailFrame html={message.html ?? ''} title={t(`thread.said.${kind}`, { name })} />
            </Suspense>
          ) : (
            <MessageText text={message.text} />
          )}
          <Attachments attachments={message.attachments} />
        </div>
        <MessageMenu message={message} name={name} onSplit={onSplit} />
      </div>
      <Delivery message={message} latest={latest} />
      <SetAside message={message} />
    </article>
  );
});

/** Which of their addresses somebody used; the ids of chats and pages say nothing to anybody. */
const spokenAddress = ({ kind, channelKind, from }: MessageView): string | null =>
  kind === 'inbound' && (channelKind === 'email' || channelKind === 'sms') ? from.address : null;

/** A subject without the marks of answering and forwarding in our languages. */
const bare = (subject: string) =>
  subject.replace(/^((re|fwd?|απ|σχετ|πρθ|vá|továbbítás|răspuns|پاسخ)\s*:\s*)+/iu, '').trim();

/** A mail of ours that did not go to the customer says to whom. */
function useElsewhere(message: MessageView, view: ConversationView): string | null {
  const customer = useCustomer(
    message.kind === 'reply' && message.channelKind === 'email' ? view.customer.id : undefined,
  );
  const own = customer.data?.addresses.map(({ address }) => address.toLowerCase());
  const others = message.to.filter(({ address }) => own && !own.includes(address.toLowerCase()));
  return others.map(({ address }) => address).join(', ') || null;
}

/** What one should know before believing the text: another subject, trouble reading it, an unproven sender. */
function Facts({ message, view }: { message: MessageView; view: ConversationView }) {
  const { t } = useTranslation();
  const subject = message.subject && bare(message.subject) !== bare(view.subject ?? '') ? message.subject : null;
  const unproven = message.authentication === 'fail';
  const elsewhere = useElsewhere(message, view);
  return (
    <div className="flex flex-col gap-0.5 text-sm text-soft empty:hidden">
      {subject ? (
        <p dir="auto" className="m-0 font-medium text-ink">
          {subject}
        </p>
      ) : null}
      {elsewhere ? (
        <p className="m-0 truncate font-medium text-ink">
          {t('recipientsOf.to')} <bdi dir="ltr">{elsewhere}</bdi>
        </p>
      ) : null}
      {message.cc.length > 0 ? (
        <p className="m-0 truncate">
          {t('thread.cc')} <bdi>{message.cc.map((person) => person.name || person.address).join(', ')}</bdi>
        </p>
      ) : null}
      {unproven ? (
        <p className="m-0 flex items-start gap-1.5 text-ink">
          <ShieldAlert size={14} aria-hidden className="mt-0.5 shrink-0" /> {t('thread.unproven')}
        </p>
      ) : null}
      {message.parseProblem ? (
        <p className="m-0 flex items-start gap-1.5 text-ink">
          <FileText size={14} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            {t('thread.parseProblem')} <bdi>{message.parseProblem}</bdi>
          </span>
        </p>
      ) : null}
    </div>
  );
}

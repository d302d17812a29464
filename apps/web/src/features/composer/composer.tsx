import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentView, ChannelView, ConversationView } from '#contracts';
import { useChannels, useCustomer } from '../../api/use-data.js';
import { tellTyping } from '../../sync/connection.js';
import { put } from '../../sync/outbox.js';
import type { Pending } from '../../sync/state.rules.js';
import { cx } from '../../ui/cx.js';
import { usePhone } from '../../ui/media.js';
import { announce } from '../../ui/toast.js';
import { useCommand } from '../shortcuts/keys.js';
import { ChannelChoice } from './channel-choice.js';
import { ComposerFooter } from './composer-footer.js';
import { addressedBy, addressedOn } from './draft.rules.js';
import { FileChips, useFiles } from './files.js';
import { useReturned } from './outcome.js';
import { RecipientsLine } from './recipients.js';
import { useDraft } from './use-draft.js';
import { useRecipients } from './use-recipients.js';

interface ComposerProps {
  view: ConversationView;
  /** The last message number on the screen: the server stops a reply that crosses a newer one. */
  seenSeq: number;
}

/**
 * Where answers and notes are written. They look different and leave by different keys: Ctrl+Enter sends a reply to
 * the customer, Ctrl+Shift+Enter keeps a note in the team, and neither does the other's work.
 */
export function Composer({ view, seenSeq }: ComposerProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { draft, change, empty } = useDraft(view.id);
  const box = useRef<HTMLTextAreaElement>(null);
  const files = useFiles();
  const [channelId, setChannelId] = useState<string | null>(null);
  const channels = useReplyChannels(view);
  const { addressed: named } = draft;
  const chosenId = named?.channelId ?? channelId;
  const channel = channels.find(({ id }) => id === chosenId) ?? channels[0];
  const customer = useCustomer(view.customer.id).data;
  const note = draft.kind === 'note';
  const recipients = useRecipients(view, channel, named, (next) => {
    // Back to the usual ones is no change of channel.
    if (!next && channel) setChannelId(channel.id);
    change({ addressed: addressedOn(next, channel) });
  });
  const [unfinished, setUnfinished] = useState({ to: false, cc: false });

  const choose = (id: string) => {
    setChannelId(id);
    const next = channels.find((one) => one.id === id);
    if (named) change({ addressed: addressedOn(named, next) });
    // What was half typed goes with the fields.
    if (next?.kind !== 'email') setUnfinished({ to: false, cc: false });
  };
  // A channel that was switched off takes its recipients along: kept under its name, they would hold up the words.
  const lost = named !== null && channel !== undefined && named.channelId !== channel.id;
  useEffect(() => {
    if (lost) change({ addressed: null });
  }, [lost, change]);

  const open = (kind: 'reply' | 'note') => {
    change({ kind });
    box.current?.focus();
  };
  useCommand('reply', () => open('reply'));
  useCommand('note', () => open('note'));

  const { restore } = files;
  useReturned(
    view.id,
    useCallback(
      (pending: Pending) => {
        // Words typed in the meantime are kept below what came back.
        const since = box.current?.value ?? '';
        change({
          kind: pending.kind,
          text: since ? `${pending.text}\n\n${since}` : pending.text,
          ...(pending.kind === 'reply' ? { addressed: addressedBy(pending) } : {}),
        });
        restore(pending.attachments as AttachmentView[]);
        if (pending.channelId) setChannelId(pending.channelId);
        setTimeout(() => box.current?.focus());
      },
      [change, restore],
    ),
  );

  const addressed = note || !(unfinished.to || unfinished.cc || recipients.nobody);
  const ready = (draft.text.trim() !== '' || (!note && files.done.length > 0)) && !files.busy && addressed;
  const submit = () => {
    if (!ready || (!note && !channel)) return;
    empty(); // before it leaves: what stands in the box from now on is the next message
    put({
      conversationId: view.id,
      kind: draft.kind,
      text: draft.text.trim(),
      channelId: note ? null : (channel?.id ?? null),
      attachments: note ? [] : files.done,
      recipients: note ? null : recipients.chosen,
      seenSeq,
      confirm: false,
    });
    if (!note) files.clear();
  };

  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return box.current?.blur();
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (note === event.shiftKey) submit();
    else announce(t(note ? 'composer.noteKey' : 'composer.replyKey'));
  };

  return (
    <div className="shrink-0 px-3 pb-3 md:px-5 md:pb-4">
      <div
        className={cx(
          'mx-auto max-w-[52rem] overflow-hidden rounded-lg border transition-colors focus-within:border-accent',
          note
            ? 'border-note-line bg-note focus-within:!border-note-ink'
            : 'border-line border-s-[3px] !border-s-accent bg-raised',
        )}
        onPaste={(event) => !note && files.add(event.clipboardData.files)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          if (!note) files.add(event.dataTransfer.files);
        }}
      >
        <div className="flex min-h-9 flex-wrap items-center gap-x-1 px-2 pt-1">
          <Kind kind="reply" current={!note} onChoose={open} />
          <Kind kind="note" current={note} onChoose={open} />
          <span className="ms-auto min-w-0">
            {note ? (
              <span className="px-1 text-sm text-note-ink">{t('composer.onlyTeam')}</span>
            ) : (
              <ChannelChoice channels={channels} chosen={channel} onChoose={choose} view={view} customer={customer} />
            )}
          </span>
        </div>
        {!note && recipients.room ? (
          <RecipientsLine
            key={view.id}
            room={recipients.room}
            customerName={view.customer.displayName}
            onUnfinished={(field, yes) => setUnfinished((old) => ({ ...old, [field]: yes }))}
          />
        ) : null}
        <textarea
          ref={box}
          dir="auto"
          rows={phone ? 1 : 2}
          aria-label={t(note ? 'composer.noteLabel' : 'composer.replyLabel', { name: view.customer.displayName })}
          placeholder={t(note ? 'composer.notePlaceholder' : 'composer.replyPlaceholder')}
          value={draft.text}
          onChange={(event) => {
            change({ text: event.target.value });
            if (event.target.value) tellTyping(view.id);
          }}
          onKeyDown={press}
          className="grow block max-h-[40dvh] min-h-11 w-full resize-none bg-transparent px-3 py-2 outline-none md:min-h-16"
        />
        {note ? null : <FileChips files={files} />}
        <ComposerFooter
          note={note}
          text={draft.text}
          channel={channel}
          ready={ready}
          onSubmit={submit}
          onFiles={files.add}
        />
      </div>
    </div>
  );
}

function Kind({
  kind,
  current,
  onChoose,
}: {
  kind: 'reply' | 'note';
  current: boolean;
  onChoose: (kind: 'reply' | 'note') => void;
}) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      aria-pressed={current}
      onClick={() => onChoose(kind)}
      className={cx(
        'touch h-7 rounded-md px-2 text-sm',
        current ? 'font-semibold text-ink' : 'text-soft hover:bg-hover hover:text-ink',
        current && kind === 'note' && '!text-note-ink',
      )}
    >
      {t(`composer.${kind}`)}
    </button>
  );
}

/** The ways this customer has written, the last one first; where the directory is not ours to see, what the conversation says. */
function useReplyChannels(view: ConversationView): ChannelView[] {
  const channels = useChannels();
  const { channelIds, replyChannelId } = view;
  return useMemo(() => {
    const own = channels.filter((channel) => channelIds.includes(channel.id) && channel.state !== 'off');
    return own.toSorted((a, b) => Number(b.id === replyChannelId) - Number(a.id === replyChannelId));
  }, [channels, channelIds, replyChannelId]);
}

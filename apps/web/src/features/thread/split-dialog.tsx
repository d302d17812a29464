import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView, MessageView } from '#contracts';
import { usePeople } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { splittable } from './items.rules.js';
import { useSplit } from './use-joining.js';

/** More than fits on a line. */
const BEGINNING = 140;

interface SplitDialogProps {
  view: ConversationView;
  messages: readonly MessageView[];
  /** The message it was asked from; null: the last one that may be. */
  fromSeq: number | null;
  onClose: () => void;
}

/** Where a second matter begins gets a conversation of its own; the dialog says what moves before it does. */
export function SplitDialog({ view, messages, fromSeq, onClose }: SplitDialogProps) {
  const { t } = useTranslation();
  const say = useProblem();
  const choices = splittable(messages);
  const [chosen, setChosen] = useState(fromSeq ?? choices.at(-1)?.seq ?? 0);
  const run = useSplit();
  const split = useMutation({ mutationFn: () => run(view.id, chosen), onSuccess: onClose });
  const going = messages.filter((message) => message.seq >= chosen && message.kind !== 'system').length;
  return (
    <Dialog open onClose={onClose} wide title={t('split.title')}>
      {choices.length === 0 ? (
        <p className="m-0 text-soft">{t('split.nothing')}</p>
      ) : (
        <>
          <Beginnings view={view} choices={choices} chosen={chosen} onChoose={setChosen} />
          <ul className="mt-3 mb-0 flex list-disc flex-col gap-1 ps-5 text-sm text-soft">
            <li>{t('split.willMove', { count: going })}</li>
            <li>{t('split.willCount')}</li>
            <li>{t('split.willLink')}</li>
          </ul>
          {split.error ? (
            <p role="alert" className="mt-3 mb-0 text-sm text-red">
              {say(split.error)}
            </p>
          ) : null}
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button look="primary" disabled={split.isPending} onClick={() => split.mutate()}>
              {t('split.confirm')}
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

interface BeginningsProps {
  view: ConversationView;
  choices: MessageView[];
  chosen: number;
  onChoose: (seq: number) => void;
}

/** The messages a new conversation may begin with, the latest first. */
function Beginnings({ view, choices, chosen, onChoose }: BeginningsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople();
  const nameOf = ({ kind, from, authorId }: MessageView) =>
    (kind === 'inbound' ? from.name : people.find(({ id }) => id === authorId)?.name) ?? view.customer.displayName;
  return (
    <fieldset className="m-0 min-w-0 border-0 p-0">
      <legend className="mb-1 p-0 text-sm font-medium">{t('split.from')}</legend>
      <div className="-mx-2 flex max-h-[30dvh] flex-col overflow-y-auto px-0.5 py-0.5">
        {choices.toReversed().map((message) => (
          <label
            key={message.id}
            className="touch flex min-h-9 shrink-0 items-center gap-2.5 rounded-md px-2 text-sm hover:bg-hover"
          >
            <input
              type="radio"
              name="from"
              className="size-4 shrink-0 accent-accent"
              autoFocus={message.seq === chosen}
              checked={message.seq === chosen}
              onChange={() => onChoose(message.seq)}
            />
            <time dateTime={message.at} className="tabular shrink-0 text-faint">
              {format.when(message.at, serverNow())}
            </time>
            <bdi dir="auto" className="max-w-32 shrink-0 truncate font-medium">
              {nameOf(message)}
            </bdi>
            <span dir="auto" className="min-w-0 flex-1 truncate [text-align:-webkit-match-parent] text-soft">
              {beginningOf(message)}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const beginningOf = (message: MessageView): string => {
  const text = message.text.replace(/\s+/g, ' ').trim() || message.attachments.map(({ name }) => name).join(', ');
  return text.slice(0, BEGINNING);
};

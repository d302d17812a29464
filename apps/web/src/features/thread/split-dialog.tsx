import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView, MessageView } from '#contracts';
import { usePeople } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { Select } from '../../ui/field.js';
import { splittable } from './items.rules.js';
import { useSplit } from './use-joining.js';

/** Longer beginnings of a message would hide what it is about. */
const BEGINNING = 70;

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
  const format = useFormat();
  const people = usePeople();
  const id = useId();
  const choices = splittable(messages);
  const [chosen, setChosen] = useState(fromSeq ?? choices.at(-1)?.seq ?? 0);
  const run = useSplit();
  const split = useMutation({ mutationFn: () => run(view.id, chosen), onSuccess: onClose });
  const going = messages.filter((message) => message.seq >= chosen && message.kind !== 'system').length;
  const nameOf = (message: MessageView) =>
    (message.kind === 'inbound' ? message.from.name : people.find((person) => person.id === message.authorId)?.name) ??
    view.customer.displayName;
  return (
    <Dialog open onClose={onClose} title={t('split.title')}>
      {choices.length === 0 ? (
        <p className="m-0 text-soft">{t('split.nothing')}</p>
      ) : (
        <>
          <label htmlFor={id} className="mb-1 block text-sm font-medium">
            {t('split.from')}
          </label>
          <Select
            id={id}
            autoFocus
            value={String(chosen)}
            onChange={(event) => setChosen(Number(event.target.value))}
            options={choices.toReversed().map((message) => ({
              value: String(message.seq),
              label: `${format.when(message.at, serverNow())} · ${nameOf(message)}: ${beginningOf(message)}`,
            }))}
          />
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

const beginningOf = (message: MessageView): string => {
  const text = message.text.replace(/\s+/g, ' ').trim() || message.attachments.map(({ name }) => name).join(', ');
  return text.length > BEGINNING ? `${text.slice(0, BEGINNING)}…` : text;
};

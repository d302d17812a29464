import { useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useConversationsOf } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { Notice } from '../../ui/small.js';
import { ConversationLine, titleOf } from '../inbox-list/conversation-line.js';
import { useMerge } from './use-joining.js';

/** Which conversation this one goes on in: the same customer's others first, any other by search. */
export function MergeDialog({ view, onClose }: { view: ConversationView; onClose: () => void }) {
  const { t } = useTranslation();
  const [into, setInto] = useState<ConversationView | null>(null);
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={t('merge.title')}
      description={into ? undefined : t('merge.which', { title: titleOf(view) })}
    >
      {into ? (
        <Confirm view={view} into={into} onBack={() => setInto(null)} onClose={onClose} />
      ) : (
        <Picker view={view} onChoose={setInto} />
      )}
    </Dialog>
  );
}

interface PickerProps {
  view: ConversationView;
  onChoose: (view: ConversationView) => void;
}

function Picker({ view, onChoose }: PickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const own = useConversationsOf(view.customer.id);
  const found = useQuery({
    queryKey: ['merge-into', q],
    queryFn: ({ signal }) => inboxApi.conversations({ q, limit: 8 }, signal),
    enabled: q.length >= 2,
  }).data;
  const fits = (item: ConversationView) => item.id !== view.id && item.mergedIntoId === null;
  const theirs = (own?.items ?? []).filter(fits);
  const others = (found?.items ?? []).filter((item) => fits(item) && !theirs.some(({ id }) => id === item.id));
  return (
    <>
      <TextField
        label={t('merge.search')}
        type="search"
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {others.length > 0 ? <Choices label={t('merge.found')} items={others} named onChoose={onChoose} /> : null}
      {q.length >= 2 && found && others.length === 0 ? (
        <p className="mt-3 mb-0 text-sm text-soft">{t('list.noMatch')}</p>
      ) : null}
      <Choices label={t('merge.same', { name: view.customer.displayName })} items={theirs} onChoose={onChoose} />
      {own && theirs.length === 0 ? <p className="m-0 text-sm text-soft">{t('merge.noOther')}</p> : null}
    </>
  );
}

interface ChoicesProps {
  label: string;
  items: ConversationView[];
  named?: boolean;
  onChoose: (view: ConversationView) => void;
}

const Choices = ({ label, items, named, onChoose }: ChoicesProps) => (
  <section aria-label={label} className="mt-4">
    <h3 className="m-0 mb-1 text-sm font-medium text-faint">{label}</h3>
    <ul className="m-0 flex list-none flex-col p-0">
      {items.map((item) => (
        <li key={item.id}>
          <button
            type="button"
            className="touch -mx-2 flex min-h-9 w-[calc(100%+1rem)] items-center gap-2 rounded-md px-2 text-start text-sm hover:bg-hover"
            onClick={() => onChoose(item)}
          >
            <ConversationLine view={item} {...(named ? { named } : {})} />
          </button>
        </li>
      ))}
    </ul>
  </section>
);

interface ConfirmProps {
  view: ConversationView;
  into: ConversationView;
  onBack: () => void;
  onClose: () => void;
}

/** Says what will happen; different people become one only when that is said too. */
function Confirm({ view, into, onBack, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const say = useProblem();
  const run = useMerge();
  const merge = useMutation({ mutationFn: () => run(view, into), onSuccess: onClose });
  const stranger = view.customer.id !== into.customer.id;
  return (
    <>
      <div className="flex min-h-9 items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm">
        <ConversationLine view={into} named />
      </div>
      <ul className="my-3 flex list-disc flex-col gap-1 ps-5 text-sm text-soft">
        <li>{t('merge.willFollow', { name: view.customer.displayName })}</li>
        <li>{t('merge.willRest')}</li>
        <li>{t('merge.canUndo')}</li>
      </ul>
      {stranger ? (
        <Notice>{t('merge.stranger', { one: view.customer.displayName, other: into.customer.displayName })}</Notice>
      ) : null}
      {merge.error ? (
        <p role="alert" className="mt-3 mb-0 text-sm text-red">
          {say(merge.error)}
        </p>
      ) : null}
      <DialogActions>
        <Button onClick={onBack}>{t('common.back')}</Button>
        <Button look="primary" autoFocus disabled={merge.isPending} onClick={() => merge.mutate()}>
          {t(stranger ? 'merge.confirmBoth' : 'merge.confirm')}
        </Button>
      </DialogActions>
    </>
  );
}

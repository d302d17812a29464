import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pending } from '../../sync/state.rules.js';
import { release, UNDO_MS } from '../../sync/outbox.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Attachments } from './attachments.js';
import { MessageText } from './message-text.js';
import { undoToComposer } from '../composer/outcome.js';
import { Names } from '../composer/recipients.js';

/** A message on its way. A held reply shows how long a second thought still has. */
export function PendingMessage({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  const note = pending.kind === 'note';
  return (
    <div className="appear mt-3 flex flex-col items-end" data-pending={pending.state}>
      <div
        className={cx(
          'max-w-[min(42rem,92%)] rounded-lg px-3.5 py-2',
          note ? 'border border-dashed border-note-line bg-note' : 'bg-ours',
        )}
      >
        {pending.recipients ? (
          <p className="m-0 truncate text-sm text-soft">
            {t('recipientsOf.to')} <Names list={[...pending.recipients.to, ...pending.recipients.cc]} />
          </p>
        ) : null}
        <MessageText text={pending.text} />
        <Attachments attachments={pending.attachments.map((file) => ({ ...file, contentType: '', url: '' }))} />
      </div>
      <div className="mt-0.5 flex min-h-8 items-center gap-1 px-1 text-sm text-soft">
        {pending.state === 'holding' ? <Held pending={pending} /> : <span>{t('delivery.sending')}</span>}
      </div>
    </div>
  );
}

function Held({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(Math.ceil((pending.releaseAt - Date.now()) / 1000));
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((pending.releaseAt - Date.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [pending.releaseAt]);
  return (
    <>
      <span
        aria-hidden
        className="size-3 rounded-full border border-line-strong"
        style={{ background: `conic-gradient(var(--k-accent) ${(left / (UNDO_MS / 1000)) * 360}deg, transparent 0)` }}
      />
      <span className="tabular">{t('composer.leavesIn', { count: left })}</span>
      <Button look="quiet" className="font-medium !text-accent" onClick={() => undoToComposer(pending.clientId)}>
        {t('composer.undo')}
      </Button>
      <Button look="quiet" onClick={() => release(pending.clientId)}>
        {t('composer.sendNow')}
      </Button>
    </>
  );
}

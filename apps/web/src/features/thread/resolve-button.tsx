import { Check, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RESOLVE_REASONS } from '#contracts';
import type { ConversationView, ResolveReason } from '#contracts';
import { isProblem } from '../../api/problem.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { usePhone } from '../../ui/media.js';
import { toast } from '../../ui/toast.js';
import { keyOf, useCommand } from '../shortcuts/keys.js';
import { useChange } from './use-actions.js';

/** Resolving is not answering: while a customer waits, the page asks why nobody will. */
export function ResolveButton({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const change = useChange(view.id);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<ResolveReason>('no_reply_needed');
  const resolved = view.status === 'resolved';

  const reopen = () => void change({ status: 'open' }, t('thread.reopened'));
  const resolve = async (why?: ResolveReason) => {
    // whether somebody waits the server knows first: the page's clock may still run when the answer has just been sent
    const atOnce = !view.due || why !== undefined;
    const error = await change({ status: 'resolved', ...(why ? { reason: why } : {}) }, t('thread.resolved'), {
      atOnce,
    });
    if (isProblem(error, 'customer_waits')) return setAsking(true);
    if (!error) toast(t('thread.resolved'), { action: { label: t('thread.reopen'), run: reopen } });
  };
  useCommand('resolve', () => void (resolved ? reopen() : resolve()));

  const label = resolved ? t('thread.reopen') : t('thread.resolve');
  const Icon = resolved ? RotateCcw : Check;
  return (
    <>
      <Button
        onClick={(event) => {
          if (event.detail > 1) return; // the second half of a double click meant what stood here before
          if (resolved) reopen();
          else void resolve();
        }}
        title={`${label} · ${keyOf('resolve')}`}
        aria-label={label}
      >
        <Icon size={15} aria-hidden />
        {phone ? null : <span className="hidden @sm:inline">{label}</span>}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('resolve.title', { name: view.customer.displayName })}
        description={t('resolve.hint')}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setAsking(false);
            void resolve(reason);
          }}
        >
          <fieldset className="m-0 flex flex-col gap-1 border-0 p-0">
            <legend className="sr-only">{t('resolve.reason')}</legend>
            {RESOLVE_REASONS.map((item) => (
              <label key={item} className="touch flex items-start gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover">
                <input
                  type="radio"
                  name="reason"
                  className="mt-1 size-4 accent-accent"
                  checked={reason === item}
                  onChange={() => setReason(item)}
                />
                <span>
                  <span className="block font-medium">{t(`reasons.${item}`)}</span>
                  <span className="block text-sm text-soft">{t(`reasonHints.${item}`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <DialogActions>
            <Button onClick={() => setAsking(false)}>{t('resolve.answerFirst')}</Button>
            <Button look="primary" type="submit">
              {t('resolve.confirm')}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}

import { AlertTriangle } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Reason } from '../../ui/reason.js';
import { toast } from '../../ui/toast.js';

/** What became of a reply, in words; a failure is a sentence with a button. */
export function Delivery({ message, latest }: { message: MessageView; latest: boolean }) {
  const { t } = useTranslation();
  const { delivery } = message;
  if (delivery?.state === 'failed' || delivery?.state === 'unknown') return <Trouble message={message} />;
  const arrived = delivery?.state === 'delivered' || delivery?.state === 'read';
  const said = delivery && (latest || !arrived) ? delivery : null;
  if (!said) return null;
  return (
    <p className="mt-0.5 mb-0 min-h-5 px-1 text-sm text-faint">
      <span data-delivery={said.state} className={cx(arrived && 'text-green')}>
        {t(`delivery.${said.state}`)}
      </span>
    </p>
  );
}

function Trouble({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const say = useProblem();
  const [busy, setBusy] = useState(false);
  const unknown = message.delivery?.state === 'unknown';

  const retry = async () => {
    setBusy(true);
    try {
      const delivery = (await inboxApi.deliveriesOf(message.id)).items[0];
      if (!delivery) return toast(t('delivery.nothingToRetry'), { tone: 'bad' });
      await inboxApi.retryDelivery(delivery.id);
      toast(t('delivery.retrying'));
    } catch (error) {
      toast(say(error), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div
      role="alert"
      data-delivery={message.delivery?.state}
      className="mt-1 flex max-w-[min(42rem,92%)] flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line-strong bg-surface py-1 ps-3 pe-1.5 text-sm"
    >
      <AlertTriangle size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1 py-1">
        <strong className="font-semibold">{t(unknown ? 'delivery.unknownTitle' : 'delivery.failedTitle')}</strong>{' '}
        {message.delivery?.reason ? <Reason of={message.delivery.reason} /> : null}
        {unknown ? ` ${t('delivery.unknownHint')}` : ''}
      </span>
      <Button disabled={busy} onClick={() => void retry()}>
        {t(unknown ? 'delivery.sendAgain' : 'delivery.retry')}
      </Button>
    </div>
  );
}

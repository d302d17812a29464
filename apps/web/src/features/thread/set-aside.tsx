import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { takeFetched } from '../../sync/resync.js';
import { Button } from '../../ui/button.js';
import { announce, toast } from '../../ui/toast.js';

/** Says why no clock runs for a customer's message; where that is wrong, one press starts it from when it came. */
export function SetAside({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const say = useProblem();
  const [busy, setBusy] = useState(false);
  if (message.kind !== 'inbound' || !(message.automatic || message.courtesy)) return null;

  const correct = async () => {
    setBusy(true);
    try {
      takeFetched([await inboxApi.needsAnswer(message.id)]);
      announce(t('thread.setAside.corrected'));
    } catch (error) {
      toast(say(error), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="mt-0.5 flex max-w-[min(42rem,92%)] flex-wrap items-center gap-x-2 gap-y-1 px-1 text-sm text-faint">
      <span>{t(message.courtesy ? 'thread.setAside.courtesy' : 'thread.setAside.automatic')}</span>
      <Button className="!min-h-7 !px-2" disabled={busy} onClick={() => void correct()}>
        {t('thread.setAside.correct')}
      </Button>
    </div>
  );
}

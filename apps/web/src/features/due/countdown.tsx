import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { DueView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { dueState } from '../../sync/due.rules.js';
import type { Urgency } from '../../sync/due.rules.js';
import { useTick } from '../../sync/ticker.js';
import { cx } from '../../ui/cx.js';

/** The only coloured thing of a row, and never by colour alone: bold, tinted, and with a minus once it is late. */
const LOOKS: Record<Urgency, string> = {
  calm: 'text-faint',
  half: 'font-semibold text-ink',
  soon: 'rounded-sm bg-amber-soft px-1 font-semibold text-amber',
  late: 'rounded-sm bg-red-soft px-1 font-semibold text-red',
};

export function Countdown({ due }: { due: DueView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { openedAt, dueAt } = due;
  const label = useTick(
    useCallback(
      (now: number) => {
        const state = dueState({ openedAt, dueAt }, now);
        return `${state.urgency}|${format.countdown(state.secondsLeft)}`;
      },
      [openedAt, dueAt, format],
    ),
  );
  const [urgency, text] = label.split('|') as [Urgency, string];
  return (
    <span className={cx('tabular shrink-0 whitespace-nowrap', LOOKS[urgency])} title={format.exact(dueAt)}>
      <span className="sr-only">{urgency === 'late' ? t('due.lateBy') : t('due.dueIn')} </span>
      {text}
    </span>
  );
}

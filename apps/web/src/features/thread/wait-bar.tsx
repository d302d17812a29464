import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView, DueView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { dueState } from '../../sync/due.rules.js';
import type { Urgency } from '../../sync/due.rules.js';
import { serverNow, useTick } from '../../sync/ticker.js';
import { cx } from '../../ui/cx.js';
import { Popover } from '../../ui/menu.js';

const FILL: Record<Urgency, string> = { calm: 'bg-line-strong', half: 'bg-ink', soon: 'bg-amber-mark', late: 'bg-red' };
const TEXT: Record<Urgency, string> = { calm: 'text-soft', half: 'text-ink', soon: 'text-amber', late: 'text-red' };

/** The promise as a line: opened, 50 %, 80 %, due. Tapping it says the same in a sentence. */
export function WaitBar({ due, view }: { due: DueView; view: ConversationView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { openedAt, dueAt } = due;
  const shown = useTick(
    useCallback(
      (now: number) => {
        const state = dueState({ openedAt, dueAt }, now);
        return `${state.urgency}|${state.gone.toFixed(3)}|${format.short(state.secondsLeft)}`;
      },
      [openedAt, dueAt, format],
    ),
  );
  const [urgency, gone, left] = shown.split('|') as [Urgency, string, string];
  const now = serverNow();
  const promised = (Date.parse(dueAt) - Date.parse(openedAt)) / 1000;
  const late = urgency === 'late';
  return (
    <Popover
      label={t('wait.title')}
      className="w-80 p-4 text-sm"
      trigger={
        <button
          type="button"
          className="group flex h-8 w-full shrink-0 items-center gap-3 border-b border-line bg-surface px-5 text-start text-sm outline-offset-[-3px]"
        >
          <span className={cx('tabular whitespace-nowrap', TEXT[urgency], urgency !== 'calm' && 'font-semibold')}>
            {t(late ? 'wait.lateShort' : 'wait.leftShort', { span: left })}
          </span>
          <span aria-hidden className="relative h-1 flex-1 rounded-full bg-line">
            <span
              className={cx('absolute inset-y-0 start-0 rounded-full transition-[width]', FILL[urgency])}
              style={{ inlineSize: `${Number(gone) * 100}%` }}
            />
            <span className="absolute -inset-y-0.5 start-1/2 w-0.5 bg-surface" />
            <span className="absolute -inset-y-0.5 start-[80%] w-0.5 bg-surface" />
          </span>
          <span className="tabular whitespace-nowrap text-soft">{t('wait.due', { at: format.when(dueAt, now) })}</span>
        </button>
      }
    >
      <p className="m-0">
        {t('wait.sentence', {
          name: view.customer.displayName,
          at: format.when(openedAt, now),
          kind: t(`wait.kinds.${due.kind}`),
          target: format.duration(promised),
          due: format.when(dueAt, now),
        })}
      </p>
      <p className={cx('mt-2 mb-0 font-medium', TEXT[urgency])}>
        {late
          ? t('wait.sentenceLate', { span: left })
          : t('wait.sentenceLeft', { span: left, part: format.percent(Number(gone)) })}
      </p>
      <p className="mt-2 mb-0 text-soft">{t('wait.marks')}</p>
    </Popover>
  );
}

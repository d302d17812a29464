import { AlertTriangle, ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { useCommand } from '../shortcuts/keys.js';
import { AddressField } from './address-field.js';
import type { Correspondent, Recipients } from '../../sync/state.rules.js';
import type { RecipientsRoom } from './use-recipients.js';

interface RecipientsProps {
  room: RecipientsRoom;
  customerName: string;
  /** Something typed is no address: the reply cannot leave like this. */
  onUnfinished: (field: 'to' | 'cc', unfinished: boolean) => void;
}

/** Whom the reply goes to, in one line; a press opens the two lists. Whoever is not the customer is warned about. */
export function RecipientsLine({ room, customerName, onUnfinished }: RecipientsProps) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { shown, usual, warning, change } = room;
  useCommand('recipients', () => setOpen(true));
  const toggle = () => {
    setOpen(!open);
    // What was half typed goes with the fields.
    onUnfinished('to', false);
    onUnfinished('cc', false);
  };
  const missing = usual.copied.filter((one) => !has(shown.to, one) && !has(shown.cc, one));
  return (
    <div data-recipients className="border-b border-line px-3 text-sm">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        title={t('recipientsOf.edit')}
        onClick={toggle}
        className="touch -mx-1 flex min-h-7 w-[calc(100%+0.5rem)] items-center gap-1.5 rounded-md px-1 text-start text-soft hover:bg-hover"
      >
        <span className="min-w-0 flex-1 truncate">{open ? t('recipientsOf.edit') : <Summary {...shown} />}</span>
        <ChevronDown size={14} aria-hidden className={cx('shrink-0 transition-transform', open && 'rotate-180')} />
      </button>
      {open ? (
        <div id={id} className="flex flex-col gap-1.5 pt-1 pb-2">
          <AddressField
            label={t('recipientsOf.to')}
            list={shown.to}
            autoFocus
            onChange={(to) => change({ ...shown, to })}
            onUnfinished={(yes) => onUnfinished('to', yes)}
          />
          <AddressField
            label={t('thread.cc')}
            list={shown.cc}
            onChange={(cc) => change({ ...shown, cc })}
            onUnfinished={(yes) => onUnfinished('cc', yes)}
          />
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1 empty:hidden">
            {missing.map((one) => (
              <Button
                key={one.address}
                look="quiet"
                className="!min-h-6 !px-1 !text-accent"
                title={t('recipientsOf.copiedHint')}
                onClick={() => change({ ...shown, cc: [...shown.cc, one] })}
              >
                {t('recipientsOf.addCopied')} <bdi dir="ltr">{one.address}</bdi>
              </Button>
            ))}
            {shown === usual ? null : (
              <Button look="quiet" className="!min-h-6 !px-1" onClick={room.reset}>
                {t('recipientsOf.usual')}
              </Button>
            )}
          </div>
        </div>
      ) : null}
      <Warnings
        room={room}
        customerName={customerName}
        open={warning.withoutCustomer || warning.strangers.length > 0}
      />
    </div>
  );
}

function Summary({ to, cc }: Recipients) {
  const { t } = useTranslation();
  return (
    <>
      {t('recipientsOf.to')} <Names list={to} empty={t('recipientsOf.nobody')} />
      {cc.length > 0 ? (
        <>
          {' · '}
          {t('thread.cc')} <Names list={cc} />
        </>
      ) : null}
    </>
  );
}

function Warnings({ room, customerName, open }: { room: RecipientsRoom; customerName: string; open: boolean }) {
  const { t } = useTranslation();
  const { withoutCustomer, strangers } = room.warning;
  // The region stands before its words do: only then are they read out when they come.
  return (
    <div role="status" data-warning={open || undefined} className={cx(open && 'pb-2')}>
      {open ? (
        <p className="m-0 flex items-start gap-2 rounded-md border border-line-strong bg-surface px-2.5 py-1.5">
          <AlertTriangle size={14} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            {withoutCustomer ? (
              <strong className="font-semibold">{t('recipientsOf.withoutCustomer', { name: customerName })} </strong>
            ) : null}
            {strangers.length > 0 ? (
              <>
                {t('recipientsOf.strangers', { count: strangers.length })}{' '}
                <bdi dir="ltr">{strangers.map(({ address }) => address).join(', ')}</bdi>
              </>
            ) : null}
          </span>
        </p>
      ) : null}
    </div>
  );
}

export const Names = ({ list, empty }: { list: Correspondent[]; empty?: string }) => (
  <bdi dir="ltr" className="text-ink">
    {list.map(({ address }) => address).join(', ') || empty}
  </bdi>
);

const has = (list: Correspondent[], one: Correspondent) =>
  list.some(({ address }) => address.toLowerCase() === one.address.toLowerCase());

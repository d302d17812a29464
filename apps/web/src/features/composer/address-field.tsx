import { X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Correspondent } from '../../sync/state.rules.js';
import { MOST, readAddresses } from './recipients.rules.js';

interface AddressFieldProps {
  label: string;
  list: Correspondent[];
  autoFocus?: boolean;
  onChange: (list: Correspondent[]) => void;
  onUnfinished: (unfinished: boolean) => void;
}

/** People as chips and room for one more: comma, Enter or leaving the field adds, Backspace in the empty field removes. */
export function AddressField({ label, list, autoFocus, onChange, onUnfinished }: AddressFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [bad, setBad] = useState('');

  const write = (next: string, wrong = '') => {
    setText(next);
    setBad(wrong);
    onUnfinished(wrong !== '');
  };
  const take = (typed: string) => {
    const read = readAddresses(typed);
    if (read.people.length > 0) onChange([...list, ...read.people].slice(0, MOST));
    write(read.bad.join(', '), read.bad.join(', '));
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      take(text);
    } else if (event.key === 'Backspace' && text === '' && list.length > 0) onChange(list.slice(0, -1));
  };

  return (
    <div>
      <div className="flex items-start gap-2">
        <label htmlFor={id} className="touch flex min-h-7 min-w-6 items-center text-soft">
          {label}
        </label>
        <ul className="m-0 flex min-w-0 flex-1 list-none flex-wrap items-center gap-1 p-0">
          {list.map((one) => (
            <li key={one.address} className="flex max-w-full items-center rounded-sm bg-hover ps-1.5 text-ink">
              <bdi dir="ltr" className="truncate" title={one.name ?? undefined}>
                {one.address}
              </bdi>
              <button
                type="button"
                aria-label={t('recipientsOf.remove', { address: one.address })}
                className="touch flex size-6 shrink-0 items-center justify-center rounded-sm text-soft hover:text-ink"
                onClick={() => {
                  onChange(list.filter((other) => other !== one));
                  input.current?.focus();
                }}
              >
                <X size={13} aria-hidden />
              </button>
            </li>
          ))}
          <li className="min-w-32 flex-1">
            <input
              ref={input}
              id={id}
              type="text"
              inputMode="email"
              autoComplete="off"
              spellCheck={false}
              dir="ltr"
              autoFocus={autoFocus}
              placeholder={t('recipientsOf.add')}
              aria-invalid={bad ? true : undefined}
              aria-describedby={bad ? `${id}-bad` : undefined}
              value={text}
              className="touch h-7 w-full rounded-sm bg-transparent px-1 text-ink -outline-offset-1 rtl:text-end"
              onChange={(event) =>
                /[,;]/.test(event.target.value) ? take(event.target.value) : write(event.target.value)
              }
              onKeyDown={press}
              onBlur={() => take(text)}
            />
          </li>
        </ul>
      </div>
      {bad ? (
        <p id={`${id}-bad`} role="alert" className="m-0 ps-8 text-red">
          {t('recipientsOf.bad', { text: bad })}
        </p>
      ) : null}
    </div>
  );
}

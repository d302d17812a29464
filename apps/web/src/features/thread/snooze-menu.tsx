import { AlarmClock } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { readLocal, writeLocal } from '../../i18n/zone.rules.js';
import { serverNow } from '../../sync/ticker.js';
import { Button, IconButton } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.js';
import { keyOf, useCommand } from '../shortcuts/keys.js';
import { presetAt, PRESETS } from './snooze.rules.js';
import { useChange } from './use-actions.js';

/** Hides a conversation until a time or until the customer writes; the promise keeps running and is said to. */
export function SnoozeMenu({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const change = useChange(view.id);
  const [open, setOpen] = useState(false);
  const [custom, setCustom] = useState(false);
  useCommand('snooze', () => setOpen(true), view.status !== 'resolved');
  const now = serverNow();
  const until = (at: number) =>
    void change(
      { status: 'snoozed', snoozedUntil: new Date(at).toISOString() },
      t('thread.snoozedUntil', { at: format.when(at, now) }),
    );

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const at = readLocal(String(new FormData(event.currentTarget).get('at')), format.timeZone);
    if (at === null || at <= serverNow()) return;
    setCustom(false);
    until(at);
  };

  return (
    <>
      <Menu
        label={t('thread.snooze')}
        align="end"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <IconButton label={t('thread.snooze')} shortcut={keyOf('snooze')}>
            <AlarmClock size={16} aria-hidden />
          </IconButton>
        }
      >
        {PRESETS.map((preset) => {
          const at = presetAt(preset, now, format.timeZone);
          return at === null ? null : (
            <MenuItem key={preset} onSelect={() => until(at)}>
              <span className="flex justify-between gap-6">
                {t(`snooze.${preset}`)}
                <span className="tabular text-faint">{format.when(at, now)}</span>
              </span>
            </MenuItem>
          );
        })}
        <MenuLine />
        <MenuItem onSelect={() => setCustom(true)}>{t('snooze.custom')}</MenuItem>
        {view.status === 'snoozed' ? (
          <MenuItem onSelect={() => void change({ status: 'open' })}>{t('snooze.wake')}</MenuItem>
        ) : null}
      </Menu>
      <Dialog
        open={custom}
        onClose={() => setCustom(false)}
        title={t('snooze.customTitle')}
        description={view.due ? t('snooze.clockRuns') : undefined}
      >
        <form onSubmit={submit}>
          <TextField
            label={t('snooze.until', { zone: format.timeZone })}
            name="at"
            type="datetime-local"
            dir="ltr"
            required
            min={writeLocal(now, format.timeZone)}
            defaultValue={writeLocal(presetAt('tomorrow', now, format.timeZone) ?? now, format.timeZone)}
          />
          <DialogActions>
            <Button onClick={() => setCustom(false)}>{t('common.cancel')}</Button>
            <Button look="primary" type="submit">
              {t('thread.snooze')}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}

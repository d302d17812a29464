import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.js';
import { Kbd } from '../../ui/small.js';
import { keyOf, listen, setOverlay, useOverlay } from './keys.js';
import type { Command } from './keys.js';

const Palette = lazy(() => import('./palette.js'));

const SHOWN: Command[] = [
  'next',
  'previous',
  'reply',
  'note',
  'resolve',
  'assign',
  'snooze',
  'merge',
  'search',
  'back',
];

/** The keyboard's one ear, the list of keys, and the command palette. */
export function Shortcuts() {
  const { t } = useTranslation();
  const overlay = useOverlay();
  useEffect(listen, []);
  const close = () => setOverlay(null);
  return (
    <>
      <Dialog open={overlay === 'help'} onClose={close} title={t('shortcuts.title')}>
        <dl className="m-0 grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
          {SHOWN.map((command) => (
            <Row key={command} keys={[keyOf(command)]} text={t(`shortcuts.${command}`)} />
          ))}
          <Row keys={['Ctrl', 'Enter']} text={t('shortcuts.send')} />
          <Row keys={['Ctrl', 'Shift', 'Enter']} text={t('shortcuts.saveNote')} />
          <Row keys={['Ctrl', 'K']} text={t('shortcuts.palette')} />
          <Row keys={['?']} text={t('shortcuts.help')} />
        </dl>
      </Dialog>
      {overlay === 'palette' ? (
        <Suspense fallback={null}>
          <Palette onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}

const Row = ({ keys, text }: { keys: string[]; text: string }) => (
  <>
    <dt className="flex gap-1" dir="ltr">
      {keys.map((key) => (
        <Kbd key={key}>{key === 'Escape' ? 'Esc' : key}</Kbd>
      ))}
    </dt>
    <dd className="m-0 text-soft">{text}</dd>
  </>
);

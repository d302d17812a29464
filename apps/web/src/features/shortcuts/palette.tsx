import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { inboxApi } from '../../api/inbox.js';
import { conversationPath, navigate, OWN_SETTINGS, SETTINGS, useRoute } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { Dialog } from '../../ui/dialog.js';
import { Kbd } from '../../ui/small.js';
import { setTheme, THEMES } from '../../ui/theme.js';
import { VIEWS, withPart } from '../inbox-list/views.js';
import { canRun, keyOf, run } from './keys.js';
import type { Command as Action } from './keys.js';

const ACTIONS: Action[] = ['reply', 'note', 'recipients', 'assign', 'snooze', 'resolve', 'merge', 'unmerge', 'split'];

/** Everything by name: what to do here, where to go, and whom to find. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const route = useRoute();
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ['palette', q],
    queryFn: ({ signal }) => inboxApi.conversations({ q, limit: 6 }, signal),
    enabled: q.length >= 2,
  });
  const go = (act: () => void) => () => {
    onClose();
    // After the dialog gave the focus back: what comes next may want it.
    setTimeout(act, 60);
  };
  const reading = route.page === 'inbox' && route.conversationId !== null;
  return (
    <Dialog open onClose={onClose} title={t('palette.title')} wide>
      <Command label={t('palette.title')} className="flex flex-col gap-2">
        <Command.Input
          autoFocus
          dir="auto"
          value={text}
          onValueChange={setText}
          placeholder={t('palette.placeholder')}
          className="field"
        />
        <Command.List aria-label={t('palette.title')} className="max-h-[50dvh] overflow-y-auto">
          <Command.Empty className="px-2 py-6 text-center text-sm text-soft">{t('palette.nothing')}</Command.Empty>
          {reading ? (
            <Group heading={t('palette.here')}>
              {ACTIONS.filter(canRun).map((action) => (
                <Item
                  key={action}
                  onSelect={go(() => run(action))}
                  text={t(`shortcuts.${action}`)}
                  hint={keyOf(action)}
                />
              ))}
            </Group>
          ) : null}
          {found.data?.items.length ? (
            <Group heading={t('palette.conversations')}>
              {found.data.items.map((item) => (
                <Item
                  key={item.id}
                  // cmdk filters by this text: what the server found belongs, whatever it matched.
                  value={`${q} ${item.id}`}
                  onSelect={go(() => navigate(conversationPath(item.id, '')))}
                  text={`${item.customer.displayName} · ${item.subject ?? item.preview}`}
                />
              ))}
            </Group>
          ) : null}
          <Group heading={t('palette.goTo')}>
            {VIEWS.map((view) => (
              <Item
                key={view}
                onSelect={go(() => navigate(conversationPath(null, withPart('', 'view', view))))}
                text={t(`views.${view}`)}
              />
            ))}
            <Item onSelect={go(() => navigate('/reports'))} text={t('nav.reports')} />
            {mayManage(me) ? <Item onSelect={go(() => navigate('/operations'))} text={t('nav.operations')} /> : null}
            {SETTINGS.filter((section) => mayManage(me) || OWN_SETTINGS.includes(section)).map((section) => (
              <Item
                key={section}
                onSelect={go(() => navigate(`/settings/${section}`))}
                text={`${t('nav.settings')}: ${t(`settings.${section}`)}`}
              />
            ))}
          </Group>
          <Group heading={t('palette.appearance')}>
            {THEMES.map((theme) => (
              <Item key={theme} onSelect={go(() => setTheme(theme))} text={t(`theme.${theme}`)} />
            ))}
          </Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

const Group = ({ heading, children }: { heading: string; children: React.ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-sm [&_[cmdk-group-heading]]:text-faint"
  >
    {children}
  </Command.Group>
);

const Item = ({ text, hint, ...rest }: { text: string; hint?: string; value?: string; onSelect: () => void }) => (
  <Command.Item
    {...rest}
    className="touch flex min-h-8 items-center gap-2 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
  >
    <span className="flex-1 truncate" dir="auto">
      {text}
    </span>
    {hint ? <Kbd>{hint}</Kbd> : null}
  </Command.Item>
);

import { Keyboard, LogOut, Monitor, Moon, Sun, UserCog } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '#contracts';
import { peopleApi } from '../../api/admin.js';
import { LANGUAGE_NAMES, speak } from '../../i18n/index.js';
import { navigate } from '../../router.js';
import { useMe, useSession } from '../../session.js';
import { cx } from '../../ui/cx.js';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.js';
import { Avatar } from '../../ui/small.js';
import { setTheme, THEMES, useTheme } from '../../ui/theme.js';
import { showHelp } from '../shortcuts/keys.js';

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Oneself: language, appearance, keys, leaving. */
export function PersonMenu({ wide }: { wide: boolean }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const session = useSession();
  const theme = useTheme();

  const choose = async (language: string) => {
    localStorage.setItem('kairos.language-chosen', '1');
    await speak(language);
    // The choice is the person's, so alerts and mails speak it too; refused or offline, the page still does.
    await peopleApi.change(me.id, { language }).then(session.change, () => undefined);
  };

  return (
    <Menu
      label={me.name}
      trigger={
        <button
          type="button"
          className={cx(
            'touch flex h-10 items-center gap-2.5 rounded-md px-1.5 text-sm text-ink hover:bg-hover',
            wide ? 'w-full' : 'w-full justify-center',
          )}
        >
          <Avatar name={me.name} size={26} quiet={wide} />
          {wide ? (
            <bdi className="flex-1 truncate text-start" dir="auto">
              {me.name}
            </bdi>
          ) : null}
        </button>
      }
    >
      {LANGUAGES.map((language) => (
        <MenuItem key={language} chosen={i18n.language === language} onSelect={() => void choose(language)}>
          <span lang={language}>{LANGUAGE_NAMES[language]}</span>
        </MenuItem>
      ))}
      <MenuLine />
      {THEMES.map((item) => {
        const Icon = THEME_ICONS[item];
        return (
          <MenuItem
            key={item}
            chosen={theme === item}
            icon={<Icon size={14} aria-hidden />}
            onSelect={() => setTheme(item)}
          >
            {t(`theme.${item}`)}
          </MenuItem>
        );
      })}
      <MenuLine />
      <MenuItem icon={<UserCog size={14} aria-hidden />} onSelect={() => navigate('/settings/profile')}>
        {t('settings.profile')}
      </MenuItem>
      <MenuItem icon={<Keyboard size={14} aria-hidden />} onSelect={showHelp}>
        {t('shortcuts.title')}
      </MenuItem>
      <MenuItem icon={<LogOut size={14} aria-hidden className="points" />} onSelect={() => void session.leave()}>
        {t('nav.signOut')}
      </MenuItem>
    </Menu>
  );
}

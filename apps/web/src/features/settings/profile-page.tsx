import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '#contracts';
import { peopleApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { LANGUAGE_NAMES, speak } from '../../i18n/index.js';
import { useMe, useSession } from '../../session.js';
import { Button } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Page } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';

/** Oneself: what may be changed without asking anybody. */
export function ProfilePage() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const session = useSession();
  const say = useProblem();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([me.timeZone, own, ...Intl.supportedValuesOf('timeZone'), 'UTC'])]
    .filter(Boolean)
    .toSorted();
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const field = (name: string) => String(form.get(name) ?? '').trim();
      const password = field('password');
      return peopleApi.change(me.id, {
        language: field('language'),
        timeZone: field('timeZone'),
        phone: field('phone') || null,
        ...(password ? { password, currentPassword: String(form.get('currentPassword') ?? '') } : {}),
      });
    },
    onSuccess: (person) => {
      session.change(person);
      localStorage.setItem('kairos.language-chosen', '1');
      void speak(person.language);
      toast(t('settings.saved'));
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <Page title={t('settings.profile')}>
      <p className="mt-0 mb-4 text-sm text-soft">
        {t('settings.profileHint')} <bdi className="font-medium text-ink">{me.name}</bdi> ·{' '}
        <bdi dir="ltr">{me.email}</bdi> · {t(`roles.${me.role}`)}
      </p>
      <form onSubmit={submit} className="flex max-w-96 flex-col gap-4">
        <SelectField
          label={t('settings.language')}
          name="language"
          // what is spoken: a profile that nobody has saved says English, whatever the browser asked for
          defaultValue={i18n.language}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
        <SelectField
          label={t('settings.timeZone')}
          name="timeZone"
          defaultValue={me.timeZone}
          options={zones.map((value) => ({ value, label: value }))}
        />
        <TextField
          label={t('settings.phone')}
          name="phone"
          type="tel"
          dir="ltr"
          defaultValue={me.phone ?? ''}
          hint={t('settings.phoneHint')}
        />
        <TextField
          label={t('settings.currentPassword')}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          hint={t('settings.currentPasswordHint')}
        />
        <TextField
          label={t('settings.newPassword')}
          name="password"
          type="password"
          autoComplete="new-password"
          hint={t('people.passwordKeep')}
        />
        {save.error ? (
          <p role="alert" className="m-0 text-sm text-red">
            {say(save.error)}
          </p>
        ) : null}
        <Button look="primary" type="submit" className="self-start" disabled={save.isPending}>
          {t('common.save')}
        </Button>
      </form>
    </Page>
  );
}

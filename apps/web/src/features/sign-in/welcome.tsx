import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { navigate } from '../../router.js';
import { useSession } from '../../session.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { Doorway } from './doorway.js';

/** Shorter ones are refused by the server too. */
const PASSWORD_LENGTH = 8;

/** The first visit: makes the administrator and goes straight to connecting a channel. */
export default function Welcome() {
  const { t, i18n } = useTranslation();
  const { enter, needsCode } = useSession();
  const say = useProblem();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '');
    setBusy(true);
    setError('');
    try {
      const body = {
        email: field('email'),
        name: field('name'),
        password: field('password'),
        language: i18n.language,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
      const { person } = await sessionApi.createAdmin(needsCode ? { ...body, code: field('code') } : body);
      navigate('/settings/channels', { replace: true });
      await enter(person);
    } catch (failure) {
      setError(say(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Doorway title={t('welcome.title')} hint={t('welcome.hint')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField label={t('welcome.name')} name="name" autoComplete="name" required autoFocus />
        <TextField label={t('signIn.email')} name="email" type="email" autoComplete="username" required />
        <TextField
          label={t('signIn.password')}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={PASSWORD_LENGTH}
          required
          hint={t('welcome.passwordHint', { count: PASSWORD_LENGTH })}
          error={needsCode ? undefined : error}
        />
        {needsCode ? (
          <TextField
            label={t('welcome.code')}
            name="code"
            autoComplete="one-time-code"
            required
            hint={t('welcome.codeHint')}
            error={error}
          />
        ) : null}
        <Button type="submit" look="primary" disabled={busy} className="!min-h-9">
          {t('welcome.submit')}
        </Button>
      </form>
    </Doorway>
  );
}

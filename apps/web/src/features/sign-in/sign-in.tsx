import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { useSession } from '../../session.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { Doorway } from './doorway.js';

export function SignIn() {
  const { t } = useTranslation();
  const { enter } = useSession();
  const say = useProblem();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      await enter((await sessionApi.signIn(String(form.get('email')), String(form.get('password')))).person);
    } catch (failure) {
      setError(say(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Doorway title={t('signIn.title')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField label={t('signIn.email')} name="email" type="email" autoComplete="username" required autoFocus />
        <TextField
          label={t('signIn.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={error}
        />
        <Button type="submit" look="primary" disabled={busy} className="!min-h-9">
          {t('signIn.submit')}
        </Button>
      </form>
    </Doorway>
  );
}

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ROLES } from '#contracts';
import type { PersonView, Role, TeamView } from '#contracts';
import { peopleApi } from '../../api/admin.js';
import { usePeople, useTeams } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { useMe } from '../../session.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { Check, SelectField, TextField } from '../../ui/field.js';
import { Page, Section, Table } from '../../ui/page.js';
import type { Column } from '../../ui/page.js';
import { Avatar } from '../../ui/small.js';

export function PeoplePage() {
  const { t } = useTranslation();
  const people = usePeople();
  const teams = useTeams();
  const [person, setPerson] = useState<PersonView | 'new' | null>(null);
  const [team, setTeam] = useState<TeamView | 'new' | null>(null);
  return (
    <Page
      title={t('settings.people')}
      action={
        <Button look="primary" onClick={() => setPerson('new')}>
          <Plus size={15} aria-hidden />
          {t('people.add')}
        </Button>
      }
    >
      <Table
        label={t('settings.people')}
        rows={people}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'name',
            label: t('customer.name'),
            cell: (row) => (
              <span className="flex items-center gap-2.5">
                <Avatar name={row.name} quiet />
                <span className="min-w-0">
                  <bdi className={row.active ? 'font-medium' : 'text-faint line-through'}>{row.name}</bdi>
                  <span className="block text-soft [overflow-wrap:anywhere] md:hidden">
                    {t(`roles.${row.role}`)} · <bdi dir="ltr">{row.email}</bdi>
                  </span>
                </span>
              </span>
            ),
          },
          { key: 'email', label: t('signIn.email'), wide: true, cell: (row) => <bdi dir="ltr">{row.email}</bdi> },
          { key: 'role', label: t('people.role'), wide: true, cell: (row) => t(`roles.${row.role}`) },
          namesColumn('teams', t('people.teams'), (row: PersonView) =>
            teams.filter(({ id }) => row.teamIds.includes(id)),
          ),
          editColumn<PersonView>(t('common.actions'), setPerson),
        ]}
      />
      <Section
        title={t('people.teams')}
        hint={t('people.teamsHint')}
        action={<Button onClick={() => setTeam('new')}>{t('people.addTeam')}</Button>}
      >
        <Table
          label={t('people.teams')}
          rows={teams}
          keyOf={({ id }) => id}
          empty={t('people.noTeams')}
          columns={[
            { key: 'name', label: t('customer.name'), cell: (row) => <bdi className="font-medium">{row.name}</bdi> },
            namesColumn('members', t('people.members'), (row: TeamView) =>
              people.filter(({ id }) => row.memberIds.includes(id)),
            ),
            editColumn<TeamView>(t('common.actions'), setTeam),
          ]}
        />
      </Section>
      {person ? <PersonForm person={person === 'new' ? null : person} onClose={() => setPerson(null)} /> : null}
      {team ? <TeamForm team={team === 'new' ? null : team} onClose={() => setTeam(null)} /> : null}
    </Page>
  );
}

/** The names of what belongs to a row. */
const namesColumn = <T,>(key: string, label: string, of: (row: T) => { name: string }[]): Column<T> => ({
  key,
  label,
  wide: true,
  cell: (row) => (
    <bdi>
      {of(row)
        .map(({ name }) => name)
        .join(', ') || '–'}
    </bdi>
  ),
});

const editColumn = <T extends { name: string }>(label: string, onEdit: (row: T) => void): Column<T> => ({
  key: 'edit',
  label,
  quiet: true,
  number: true,
  cell: (row) => <EditButton name={row.name} onClick={() => onEdit(row)} />,
});

function EditButton({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button look="quiet" onClick={onClick}>
      {t('common.edit')}
      <span className="sr-only">{name}</span>
    </Button>
  );
}

/** Saves, refreshes both directories and closes; the server's refusal stands in the form. */
function useSaved(save: (form: FormData) => Promise<unknown>, onClose: () => void) {
  const queries = useQueryClient();
  const say = useProblem();
  const mutation = useMutation({
    mutationFn: save,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      await queries.invalidateQueries({ queryKey: ['teams'] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutation.mutate(new FormData(event.currentTarget));
  };
  return { submit, busy: mutation.isPending, error: mutation.error ? say(mutation.error) : undefined };
}

function PersonForm({ person, onClose }: { person: PersonView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const teams = useTeams();
  const { submit, busy, error } = useSaved((form) => {
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const password = field('password');
    const body = {
      name: field('name'),
      role: field('role') as Role,
      teamIds: form.getAll('teamIds').map(String),
      ...(password ? { password } : {}),
    };
    if (!person) return peopleApi.create({ email: field('email'), ...body });
    return peopleApi.change(person.id, { ...body, active: form.get('active') === 'on' });
  }, onClose);
  // Administrators are made by administrators.
  const roles = ROLES.filter((role) => role !== 'admin' || me.role === 'admin' || person?.role === 'admin');
  return (
    <Dialog open onClose={onClose} title={person ? person.name : t('people.add')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('customer.name')} name="name" required defaultValue={person?.name} autoComplete="off" />
        {person ? null : (
          <TextField label={t('signIn.email')} name="email" type="email" dir="ltr" required autoComplete="off" />
        )}
        <SelectField
          label={t('people.role')}
          name="role"
          hint={t('people.roleHint')}
          defaultValue={person?.role ?? 'agent'}
          options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        {/* One's own is changed in the profile, where the present one is asked for. */}
        {person?.id === me.id ? null : (
          <TextField
            label={t('signIn.password')}
            name="password"
            type="password"
            autoComplete="new-password"
            required={!person}
            hint={t(person ? 'people.passwordKeep' : 'people.passwordFirst')}
          />
        )}
        {teams.length > 0 ? (
          <fieldset className="m-0 border-0 p-0">
            <legend className="p-0 text-sm font-medium">{t('people.teams')}</legend>
            {teams.map((team) => (
              <Check
                key={team.id}
                name="teamIds"
                value={team.id}
                defaultChecked={person?.teamIds.includes(team.id)}
                label={<bdi>{team.name}</bdi>}
              />
            ))}
          </fieldset>
        ) : null}
        {person ? (
          <Check
            name="active"
            defaultChecked={person.active}
            disabled={person.id === me.id}
            label={t('people.active')}
          />
        ) : null}
        {person?.id === me.id ? <input type="hidden" name="active" value="on" /> : null}
        <FormEnd error={error} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function TeamForm({ team, onClose }: { team: TeamView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const people = usePeople();
  const { submit, busy, error } = useSaved((form) => {
    const body = { name: String(form.get('name')).trim(), memberIds: form.getAll('memberIds').map(String) };
    return team ? peopleApi.changeTeam(team.id, body) : peopleApi.createTeam(body);
  }, onClose);
  return (
    <Dialog open onClose={onClose} title={team ? team.name : t('people.addTeam')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('customer.name')} name="name" required maxLength={100} defaultValue={team?.name} />
        <fieldset className="m-0 border-0 p-0">
          <legend className="p-0 text-sm font-medium">{t('people.members')}</legend>
          {people.map((person) => (
            <Check
              key={person.id}
              name="memberIds"
              value={person.id}
              defaultChecked={team?.memberIds.includes(person.id)}
              label={<bdi>{person.name}</bdi>}
            />
          ))}
        </fieldset>
        <FormEnd error={error} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function FormEnd({ error, busy, onClose }: { error: string | undefined; busy: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      {error ? (
        <p role="alert" className="m-0 text-sm text-red">
          {error}
        </p>
      ) : null}
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" disabled={busy}>
          {t('common.save')}
        </Button>
      </DialogActions>
    </>
  );
}

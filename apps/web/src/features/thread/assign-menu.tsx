import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { usePeople, useTeams } from '../../api/use-data.js';
import { useMe } from '../../session.js';
import { Button } from '../../ui/button.js';
import { Menu, MenuGroup, MenuItem, MenuLine } from '../../ui/menu.js';
import { usePhone } from '../../ui/media.js';
import { Avatar } from '../../ui/small.js';
import { keyOf, useCommand } from '../shortcuts/keys.js';
import { useChange } from './use-actions.js';

export function AssignMenu({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const people = usePeople();
  const teams = useTeams();
  const change = useChange(view.id);
  const [open, setOpen] = useState(false);
  useCommand('assign', () => setOpen(true));
  const owner = people.find((person) => person.id === view.assigneeId);
  const team = teams.find(({ id }) => id === view.teamId);
  const give = (assigneeId: string | null) =>
    void change(
      { assigneeId },
      assigneeId
        ? t('thread.assignedTo', { name: people.find(({ id }) => id === assigneeId)?.name })
        : t('thread.unassigned'),
    );
  const label = owner
    ? t('thread.assignee', { name: owner.name })
    : team
      ? t('thread.teamOwner', { name: team.name })
      : t('thread.assign');
  return (
    <Menu
      label={t('thread.assign')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button look="quiet" title={`${label} · ${keyOf('assign')}`} className="max-w-44">
          {owner ? <Avatar name={owner.name} size={20} quiet /> : <UserPlus size={16} aria-hidden />}
          <span className="sr-only">{label}</span>
          {phone ? null : (
            <bdi aria-hidden className="hidden truncate @xl:inline">
              {owner?.name ?? team?.name ?? t('thread.assign')}
            </bdi>
          )}
        </Button>
      }
    >
      {view.assigneeId === me.id ? null : <MenuItem onSelect={() => give(me.id)}>{t('thread.assignMe')}</MenuItem>}
      {view.assigneeId ? <MenuItem onSelect={() => give(null)}>{t('thread.assignNobody')}</MenuItem> : null}
      <MenuLine />
      {people
        .filter((person) => person.active && person.id !== me.id)
        .map((person) => (
          <MenuItem key={person.id} chosen={person.id === view.assigneeId} onSelect={() => give(person.id)}>
            <bdi>{person.name}</bdi>
          </MenuItem>
        ))}
      {teams.length > 0 ? (
        <MenuGroup label={t('filters.team')}>
          {teams.map(({ id, name }) => (
            <MenuItem
              key={id}
              icon={<Users size={14} aria-hidden />}
              chosen={id === view.teamId}
              onSelect={() => void change({ teamId: id === view.teamId ? null : id })}
            >
              <bdi>{name}</bdi>
            </MenuItem>
          ))}
        </MenuGroup>
      ) : null}
    </Menu>
  );
}

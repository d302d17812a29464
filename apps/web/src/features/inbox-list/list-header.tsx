import { ArrowDownUp, ListFilter as FilterIcon, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels, usePeople, useTeams } from '../../api/use-data.js';
import { conversationPath, navigate } from '../../router.js';
import { SORTS } from '../../sync/list.rules.js';
import { IconButton } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Menu, MenuItem, Popover } from '../../ui/menu.js';
import { useCommand } from '../shortcuts/keys.js';
import { FILTERS, withPart } from './views.js';
import type { FilterName, ListAddress } from './views.js';

const SEARCH_AFTER_MS = 250;

interface HeaderProps {
  address: ListAddress;
  search: string;
  openId: string | null;
}

/** Name of the view, search, filters, order; what is narrowed stands below as chips that can be taken away. */
export function ListHeader({ address, search, openId }: HeaderProps) {
  const { t } = useTranslation();
  const set = (part: FilterName | 'sort', value: string | null) =>
    navigate(conversationPath(openId, withPart(location.search, part, value)), { replace: true });
  return (
    <header className="shrink-0 border-b border-line">
      <div className="flex h-12 items-center gap-1 ps-4 pe-2">
        <h1 className="m-0 min-w-0 flex-1 truncate text-base font-semibold">{t(`views.${address.view}`)}</h1>
        <Menu
          label={t('list.sort')}
          align="end"
          trigger={
            <IconButton label={`${t('list.sort')}: ${t(`sorts.${address.filter.sort}`)}`}>
              <ArrowDownUp size={15} aria-hidden />
            </IconButton>
          }
        >
          {SORTS.map((sort) => (
            <MenuItem key={sort} chosen={sort === address.filter.sort} onSelect={() => set('sort', sort)}>
              {t(`sorts.${sort}`)}
            </MenuItem>
          ))}
        </Menu>
        <FilterButton address={address} set={set} />
      </div>
      <SearchBox value={address.chosen.q ?? ''} onChange={(q) => set('q', q)} />
      <Chips address={address} set={set} key={search} />
    </header>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  const wanted = useRef(value);
  useEffect(() => {
    // The address changed under us (a view was opened, a chip taken away).
    if (value !== wanted.current) setText(value);
    wanted.current = value;
  }, [value]);
  useEffect(() => {
    if (text === wanted.current) return undefined;
    const timer = setTimeout(() => {
      wanted.current = text.trim();
      onChange(text.trim());
    }, SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  });
  useCommand('search', () => box.current?.select());
  return (
    <div className="relative mx-3 mb-2.5">
      <Search
        size={14}
        aria-hidden
        className="pointer-events-none absolute start-2.5 top-1/2 -translate-y-1/2 text-faint"
      />
      <input
        ref={box}
        type="search"
        dir="auto"
        aria-label={t('list.search')}
        placeholder={t('list.search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && (text ? setText('') : box.current?.blur())}
        className="field touch !min-h-8 !border-line !bg-app !ps-8 text-sm [&::-webkit-search-cancel-button]:hidden"
      />
    </div>
  );
}

interface PartProps {
  address: ListAddress;
  set: (part: FilterName, value: string | null) => void;
}

function FilterButton({ address, set }: PartProps) {
  const { t } = useTranslation();
  const people = usePeople();
  const teams = useTeams();
  const channels = useChannels();
  const { chosen } = address;
  const any = { value: '', label: t('filters.any') };
  const fixedOwner = address.view === 'mine' || address.view === 'unassigned';
  return (
    <Popover
      label={t('filters.title')}
      align="end"
      className="flex w-72 flex-col gap-3 p-4"
      trigger={
        <IconButton label={t('filters.title')}>
          <FilterIcon size={15} aria-hidden />
        </IconButton>
      }
    >
      {fixedOwner ? null : (
        <SelectField
          label={t('filters.assignee')}
          value={chosen.assignee ?? ''}
          onChange={(event) => set('assignee', event.target.value)}
          options={[
            any,
            { value: 'me', label: t('filters.me') },
            { value: 'none', label: t('filters.nobody') },
            ...people.map((person) => ({ value: person.id, label: person.name })),
          ]}
        />
      )}
      {teams.length > 0 ? (
        <SelectField
          label={t('filters.team')}
          value={chosen.team ?? ''}
          onChange={(event) => set('team', event.target.value)}
          options={[any, ...teams.map((team) => ({ value: team.id, label: team.name }))]}
        />
      ) : null}
      <SelectField
        label={t('filters.channel')}
        value={chosen.channel ?? ''}
        onChange={(event) => set('channel', event.target.value)}
        options={[
          any,
          ...[...new Set(channels.map((channel) => channel.kind))].map((kind) => ({
            value: kind,
            label: t(`channels.${kind}`),
          })),
          ...channels.map((channel) => ({ value: channel.id, label: channel.name })),
        ]}
      />
      <TextField
        label={t('filters.tag')}
        defaultValue={chosen.tag ?? ''}
        onKeyDown={(event) => event.key === 'Enter' && set('tag', event.currentTarget.value.trim())}
        onBlur={(event) => set('tag', event.target.value.trim())}
      />
    </Popover>
  );
}

function Chips({ address, set }: PartProps) {
  const { t } = useTranslation();
  const people = usePeople();
  const teams = useTeams();
  const channels = useChannels();
  const said = (name: FilterName, value: string): string => {
    if (name === 'assignee' && value === 'me') return t('filters.me');
    if (name === 'assignee' && value === 'none') return t('filters.nobody');
    if (name === 'assignee') return people.find((person) => person.id === value)?.name ?? value;
    if (name === 'team') return teams.find((team) => team.id === value)?.name ?? value;
    if (name !== 'channel') return value;
    const channel = channels.find(({ id, kind }) => id === value || kind === value);
    return channel?.id === value ? channel.name : t(`channels.${value}`);
  };
  const shown = FILTERS.flatMap((name) =>
    name !== 'q' && address.chosen[name] ? [[name, address.chosen[name]] as const] : [],
  );
  if (shown.length === 0) return null;
  return (
    <ul aria-label={t('filters.title')} className="m-0 flex list-none flex-wrap gap-1.5 px-3 pb-2.5">
      {shown.map(([name, value]) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => set(name, null)}
            className="touch flex h-6 items-center gap-1 rounded-sm bg-hover ps-2 pe-1 text-sm text-ink hover:bg-line"
          >
            <span className="sr-only">{t('filters.remove')}</span>
            <span className="text-faint">{t(`filters.${name}`)}</span>
            <bdi className="max-w-32 truncate">{said(name, value)}</bdi>
            <X size={12} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

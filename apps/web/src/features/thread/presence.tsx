import { useTranslation } from 'react-i18next';
import { usePeople } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { useMe } from '../../session.js';
import { useConnection, usePresence } from '../../sync/store.js';

/** Who else is here. Typing matters more than looking, so it is said alone. */
export function Presence({ id }: { id: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const people = usePeople();
  const format = useFormat();
  const presence = usePresence(id);
  const live = useConnection() === 'live';
  const others = (ids: string[] = []) =>
    [...new Set(ids)]
      .filter((other) => other !== me.id)
      .map((other) => people.find((person) => person.id === other)?.name ?? t('thread.somebody'));
  const typing = live ? others(presence?.typing) : [];
  const viewing = live ? others(presence?.viewing) : [];
  const said = typing.length > 0 ? typing : viewing;
  const names = new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(said);
  return (
    <div role="status" className="shrink-0 px-5 text-sm text-soft">
      {said.length > 0 ? (
        <p dir="auto" className="appear m-0 py-1">
          {t(typing.length > 0 ? 'thread.typing' : 'thread.viewing', { count: said.length, names })}
        </p>
      ) : null}
    </div>
  );
}

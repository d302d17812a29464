import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { peopleApi } from '../../api/admin.js';
import { useSession } from '../../session.js';
import { toast } from '../../ui/toast.js';

const ASKED = 'kairos.zone-asked';

/** Profiles made by script count in UTC. Whoever sits elsewhere is asked once; a promise is read by a wall clock. */
export function useZoneOffer(): void {
  const { t } = useTranslation();
  const { person, change } = useSession();
  const zone = person?.timeZone;
  const id = person?.id;
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!id || !zone || zone !== 'UTC' || own === 'UTC' || localStorage.getItem(ASKED)) return;
    localStorage.setItem(ASKED, '1');
    const accept = () => void peopleApi.change(id, { timeZone: own }).then(change, () => undefined);
    toast(t('settings.zoneOffer', { zone, own }), { action: { label: t('settings.useZone', { own }), run: accept } });
  }, [id, zone, t, change]);
}

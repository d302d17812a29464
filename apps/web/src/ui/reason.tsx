import { useTranslation } from 'react-i18next';
import { partsOfReason } from '#contracts';

/** Why a reply did not arrive: what we say in the reader's language, a provider's own words as they are. */
export function Reason({ of }: { of: string }) {
  const { t } = useTranslation();
  return partsOfReason(of).map((part, place) =>
    'trouble' in part ? (
      <span key={place}>{t(`trouble.${part.trouble}`)}</span>
    ) : (
      <bdi key={place} dir="auto">
        {place === 0 ? part.words.charAt(0).toUpperCase() + part.words.slice(1) : part.words}
      </bdi>
    ),
  );
}

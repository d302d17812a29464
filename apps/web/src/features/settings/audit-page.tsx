import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditSubjectKind, AuditView } from '#contracts';
import { auditApi } from '../../api/admin.js';
import { usePeople } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { SelectField } from '../../ui/field.js';
import { Page, Table } from '../../ui/page.js';
import { Bar } from '../../ui/small.js';

const SUBJECTS: AuditSubjectKind[] = [
  'person',
  'team',
  'token',
  'session',
  'channel',
  'policy',
  'destination',
  'customer',
  'conversation',
  'export',
  'parked_event',
];

/** What was done with rights that not everybody has; for administrators. */
export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople();
  const [actor, setActor] = useState('');
  const [action, setAction] = useState('');
  const query = { actor, action };
  const found = useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) => auditApi.list({ ...query, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const rows = (found.data?.pages ?? []).flatMap((page) => page.items);
  const now = serverNow();
  return (
    <Page title={t('settings.audit')}>
      <p className="mt-0 mb-4 max-w-[44rem] text-sm text-soft">{t('audit.hint')}</p>
      <div className="mb-6 flex flex-wrap gap-3">
        <SelectField
          label={t('audit.who')}
          value={actor}
          onChange={(event) => setActor(event.target.value)}
          options={[
            { value: '', label: t('audit.everybody') },
            ...people.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <SelectField
          label={t('audit.subject')}
          value={action}
          onChange={(event) => setAction(event.target.value)}
          options={[
            { value: '', label: t('audit.everything') },
            ...SUBJECTS.map((kind) => ({ value: kind, label: t(`audit.subjects.${kind}`) })),
          ]}
        />
      </div>
      {found.isPending ? (
        <Bar className="!h-64 w-full" />
      ) : (
        <Table
          label={t('settings.audit')}
          rows={rows}
          keyOf={({ id }) => id}
          empty={t('audit.none')}
          columns={[
            {
              key: 'who',
              label: t('audit.who'),
              cell: ({ actor: by }) => (
                <bdi className="font-medium whitespace-nowrap">{by ? (by.name ?? by.id) : t('audit.system')}</bdi>
              ),
            },
            {
              key: 'what',
              label: t('audit.what'),
              cell: (row) => t(`audit.actions.${row.action.replace('.', '_')}`, row.action),
            },
            {
              key: 'subject',
              label: t('audit.subject'),
              cell: (row) => (
                <bdi className="inline-block max-w-64 truncate align-bottom text-soft">{subjectOf(row)}</bdi>
              ),
            },
            { key: 'when', label: t('audit.when'), number: true, cell: ({ at }) => format.when(at, now) },
          ]}
        />
      )}
      {found.hasNextPage ? (
        <Button className="mt-4" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('common.more')}
        </Button>
      ) : null}
    </Page>
  );
}

/** Its name now; else what was written down when it was done. */
function subjectOf({ subject, details }: AuditView): string {
  return subject.name ?? [details['name'], details['address']].find((text) => typeof text === 'string') ?? '';
}

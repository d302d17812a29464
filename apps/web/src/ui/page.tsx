import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.js';

/** A page that is read from top to bottom: title, what one can do, then the content in one column. */
export function Page({
  title,
  action,
  wide,
  children,
}: {
  title: string;
  action?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Kairos`;
  }, [title]);
  return (
    <div className="relative h-full overflow-x-hidden overflow-y-auto bg-surface">
      <div className={cx('mx-auto px-4 pt-4 pb-12 md:px-8', wide ? 'max-w-[80rem]' : 'max-w-[56rem]')}>
        <header className="mb-4 flex min-h-9 flex-wrap items-center gap-3">
          <h1 className="m-0 me-auto text-lg font-semibold">{title}</h1>
          {action}
        </header>
        {children}
      </div>
    </div>
  );
}

export const Section = ({
  title,
  hint,
  action,
  children,
}: {
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) => (
  <section className="mt-8 min-w-0 first:mt-0">
    <div className="mb-2 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
      <h2 className="m-0 me-auto text-base font-semibold">{title}</h2>
      {action}
    </div>
    {hint ? <p className="mt-0 mb-3 max-w-[44rem] text-sm text-soft">{hint}</p> : null}
    {children}
  </section>
);

export interface Column<T> {
  key: string;
  label: string;
  cell: (row: T) => ReactNode;
  /** The heading is for screen readers only: the column speaks for itself. */
  quiet?: boolean;
  /** Numbers stand at the end side. */
  number?: boolean;
  /** Left out where there is no room: what one came for, and the button at the end, stay in sight. */
  wide?: boolean;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  empty?: ReactNode;
}

export function Table<T>({ label, columns, rows, keyOf, empty }: TableProps<T>) {
  if (rows.length === 0 && empty) return <p className="m-0 border-y border-line py-4 text-sm text-soft">{empty}</p>;
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-soft">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cx(
                  'px-2 py-1.5 font-medium whitespace-nowrap first:ps-0 last:pe-0',
                  column.number ? 'text-end' : 'text-start',
                  column.wide && 'hidden md:table-cell',
                )}
              >
                {column.quiet ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line">
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={cx(
                    'h-10 px-2 py-1 first:ps-0 last:pe-0',
                    column.number && 'tabular text-end whitespace-nowrap',
                    column.wide && 'hidden md:table-cell',
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { SORTS } from '../../sync/list.rules.js';
import type { ListFilter } from '../../sync/list.rules.js';

export const VIEWS = ['inbox', 'mine', 'unassigned', 'snoozed', 'resolved'] as const;
export type View = (typeof VIEWS)[number];

export const FILTERS = ['assignee', 'team', 'channel', 'tag', 'q'] as const;
export type FilterName = (typeof FILTERS)[number];

const BASE: Record<View, Partial<ListFilter>> = {
  inbox: { status: 'open' },
  mine: { status: 'open', assignee: 'me' },
  unassigned: { status: 'open', assignee: 'none' },
  snoozed: { status: 'snoozed' },
  // What was closed last is what one looks for again.
  resolved: { status: 'resolved', sort: 'newest' },
};

export interface ListAddress {
  view: View;
  filter: ListFilter;
  /** The parts that were narrowed by hand, for the chips. */
  chosen: Partial<Record<FilterName, string>>;
}

/** The list an address means: the view's own filter, narrowed by what else the address says. */
export function readAddress(search: string): ListAddress {
  const params = new URLSearchParams(search);
  const view = VIEWS.find((known) => known === params.get('view')) ?? 'inbox';
  const chosen: ListAddress['chosen'] = {};
  for (const name of FILTERS) {
    const value = params.get(name);
    if (value) chosen[name] = value;
  }
  const sort = SORTS.find((known) => known === params.get('sort')) ?? BASE[view].sort ?? 'due';
  const filter: ListFilter = { ...BASE[view], ...chosen, sort };
  // A text is searched for everywhere, not only in what is open.
  if (chosen.q) delete filter.status;
  return { view, filter, chosen };
}

/** The same address with one part changed; an empty value takes it away. */
export function withPart(search: string, part: FilterName | 'sort' | 'view', value: string | null): string {
  const params = new URLSearchParams(part === 'view' ? '' : search);
  if (value === null || value === '' || (part === 'view' && value === 'inbox')) params.delete(part);
  else params.set(part, value);
  const text = params.toString();
  return text ? `?${text}` : '';
}

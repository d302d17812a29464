import type { ChangeView, ConversationView } from '#contracts';

export const SORTS = ['due', 'newest', 'oldest'] as const;
export type Sort = (typeof SORTS)[number];

/** What a list asks the server for; every part is a query parameter of `GET /conversations`. */
export interface ListFilter {
  status?: ConversationView['status'];
  assignee?: string;
  team?: string;
  channel?: string;
  tag?: string;
  customer?: string;
  q?: string;
  sort: Sort;
}

/**
 * Whether a row that is shown still belongs to its list, as far as the page can tell (text search it cannot). The
 * server decides membership; this only greys a row out in the moment before its answer.
 */
export function belongs(filter: ListFilter, view: ConversationView, meId: string): boolean {
  if (filter.status && view.status !== filter.status) return false;
  if (filter.assignee === 'none' && view.assigneeId !== null) return false;
  if (filter.assignee === 'me' && view.assigneeId !== meId) return false;
  if (filter.assignee && !['me', 'none', view.assigneeId].includes(filter.assignee)) return false;
  if (filter.team && view.teamId !== filter.team) return false;
  if (filter.tag && !view.tags.includes(filter.tag)) return false;
  return !view.mergedIntoId;
}

/** Changes that can move a row in or out of a list, or up and down in it. Delivery states and notes cannot. */
export const movesRows = (change: ChangeView): boolean =>
  change.type !== 'message.noted' &&
  (change.type.startsWith('message.') ||
    change.type.startsWith('wait.') ||
    change.type.startsWith('conversation.') ||
    change.type.startsWith('customer.'));

/**
 * The first page fetched again, joined to the pages loaded below it: fresh rows lead, the known rest follows. A row
 * that belonged to the first page and is not in it any more has left the list or sunk below; it is dropped here and
 * comes back with its page.
 */
export function joinPages(known: readonly string[], fresh: readonly string[], freshHasMore: boolean): string[] {
  if (!freshHasMore) return [...fresh];
  const isFresh = new Set(fresh);
  const lastCommon = known.findLastIndex((id) => isFresh.has(id));
  return [...fresh, ...known.slice(lastCommon + 1).filter((id) => !isFresh.has(id))];
}

/**
 * How many rows of the true order are not where the held list shows them: new ones, and moved ones. Moved are those
 * outside the longest run that kept its order, so that one row going up does not count all the rows it passed.
 */
export function countNews(shown: readonly string[], actual: readonly string[]): number {
  const places = new Map(shown.map((id, index) => [id, index]));
  /** The smallest last place of an ordered run of each length. */
  const ends: number[] = [];
  for (const id of actual) {
    const place = places.get(id);
    if (place === undefined) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < place) low = middle + 1;
      else high = middle;
    }
    ends[low] = place;
  }
  return actual.length - ends.length;
}

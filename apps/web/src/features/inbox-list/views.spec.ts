import { parseRoute } from '../../router.js';
import { readAddress, withPart } from './views.js';

describe('the address of a list', () => {
  it('means the inbox by due time when it says nothing', () => {
    expect(readAddress('')).toEqual({ view: 'inbox', filter: { status: 'open', sort: 'due' }, chosen: {} });
  });

  it('narrows a view, and searches for text everywhere', () => {
    expect(readAddress('?view=mine&channel=email').filter).toEqual({
      status: 'open',
      assignee: 'me',
      channel: 'email',
      sort: 'due',
    });
    expect(readAddress('?q=parcel').filter).toEqual({ q: 'parcel', sort: 'due' });
    expect(readAddress('?view=resolved').filter.sort).toBe('newest');
    expect(readAddress('?view=nonsense&sort=nonsense').view).toBe('inbox');
  });

  it('changes one part and keeps the others; another view starts afresh', () => {
    expect(withPart('?view=mine&tag=vip', 'channel', 'sms')).toBe('?view=mine&tag=vip&channel=sms');
    expect(withPart('?view=mine&tag=vip', 'tag', null)).toBe('?view=mine');
    expect(withPart('?tag=vip', 'view', 'snoozed')).toBe('?view=snoozed');
    expect(withPart('?view=mine', 'view', 'inbox')).toBe('');
  });
});

describe('the page of an address', () => {
  it.each([
    ['/', { page: 'inbox', conversationId: null }],
    ['/inbox/0199-a', { page: 'inbox', conversationId: '0199-a' }],
    ['/reports/waits', { page: 'waits' }],
    ['/settings', { page: 'settings', section: 'channels' }],
    ['/settings/nonsense', { page: 'unknown' }],
    ['/nonsense', { page: 'unknown' }],
    ['/inbox/a/b', { page: 'unknown' }],
    ['/inbox/%E0', { page: 'inbox', conversationId: '%E0' }],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });
});

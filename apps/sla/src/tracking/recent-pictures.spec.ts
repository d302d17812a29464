import type { Loaded } from './recent-pictures.js';
import { RecentPictures } from './recent-pictures.js';

const loaded = (revision: number, replies: unknown[] = []) =>
  ({ picture: { conversation: { id: 'c' }, waits: [], replies }, nextAt: null, revision }) as unknown as Loaded;

describe('what this process wrote last', () => {
  const db = { losses: 0 };
  let recent: RecentPictures;
  beforeEach(() => {
    recent = new RecentPictures(db);
    recent.keep('c', loaded(7));
  });

  it('stands when the next lock is the next revision, and only then', () => {
    expect(recent.known(['c', 'd'])).toEqual({ ids: ['c'], revisions: [7] });
    expect(recent.before('c', 8)).toMatchObject({ revision: 8 });
    expect(recent.before('c', 9)).toBeNull();
    expect(recent.before('c', 7)).toBeNull();
  });

  it('is not kept while a reply still counts', () => {
    recent.keep('c', loaded(8, [{}]));
    expect(recent.known(['c']).ids).toEqual([]);
  });

  it('is forgotten when a connection broke: the database may count again from before', () => {
    db.losses += 1;
    expect(recent.known(['c']).ids).toEqual([]);
    recent.keep('c', loaded(8));
    expect(recent.known(['c']).ids).toEqual(['c']);
  });
});

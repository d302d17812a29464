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

  it('is known as of the revision it was written with', () => {
    expect([...recent.known(['c', 'd'])]).toEqual([['c', loaded(7)]]);
  });

  it('is not kept while a reply still counts', () => {
    recent.keep('c', loaded(8, [{}]));
    expect(recent.known(['c']).size).toBe(0);
  });

  it('is forgotten when a connection broke: the database may count again from before', () => {
    db.losses += 1;
    expect(recent.known(['c']).size).toBe(0);
    recent.keep('c', loaded(8));
    expect(recent.known(['c']).size).toBe(1);
  });
});

import { type Bucket, pour, readAfterSeq, readConversation, readCursor, readToken } from './frames.rules.js';

const ID = '01a2061b-0c95-72c6-a3f7-2b3d6b830f51';

it('a frame is what it should be, or nothing', () => {
  expect(readConversation({ conversationId: ID.toUpperCase(), more: 1 })).toEqual({ conversationId: ID });
  for (const body of [null, undefined, 7, ID, [ID], {}, { conversationId: `${ID}'` }, { conversationId: [ID] }]) {
    expect(readConversation(body)).toBeNull();
  }
  expect(readCursor({})).toEqual({ cursor: '' });
  expect(readCursor({ cursor: 'WyIxIl0' })).toEqual({ cursor: 'WyIxIl0' });
  for (const body of [null, [], 'x', { cursor: 7 }, { cursor: 'x'.repeat(201) }]) expect(readCursor(body)).toBeNull();
  expect(readAfterSeq({})).toEqual({ afterSeq: 0 });
  for (const afterSeq of [-1, 1.5, '1', NaN, 2 ** 31, {}]) expect(readAfterSeq({ afterSeq })).toBeNull();
  for (const token of ['', 'x'.repeat(5_000), 7, {}, null]) expect(readToken(token)).toBeNull();
});

it('so many at once, then so many a second', () => {
  const bucket: Bucket = { level: 0, atMs: 0 };
  const limit = { size: 3, perSecond: 2 };
  expect([1, 2, 3, 4].map(() => pour(bucket, 0, limit))).toEqual([true, true, true, false]);
  expect([pour(bucket, 500, limit), pour(bucket, 500, limit)]).toEqual([true, false]);
  expect(pour(bucket, 60_000, limit)).toBe(true);
  expect(bucket.level).toBe(1);
});

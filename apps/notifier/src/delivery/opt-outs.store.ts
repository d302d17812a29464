import type { Tx } from '#database';
import type { ConsentWord } from './obstacle.rules.js';

/** The last word of each customer to each number of ours. */
export async function keepConsent(tx: Tx, words: ConsentWord[]): Promise<void> {
  if (words.length === 0) return;
  const last = [...new Map(words.map((word) => [`${word.channelId} ${word.address}`, word])).values()];
  await tx.query(
    `with said as (
       select * from jsonb_to_recordset($1::jsonb) as w("channelId" uuid, address text, said text, at timestamptz)
     ), started as (
       delete from opt_outs o using said where said.said = 'start' and o.channel_id = said."channelId"
         and o.address = said.address
     )
     insert into opt_outs (channel_id, address, since)
     select "channelId", address, at from said where said = 'stop'
     on conflict do nothing`,
    [JSON.stringify(last)],
  );
}

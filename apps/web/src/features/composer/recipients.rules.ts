import type { ReplyRecipientsView } from '#contracts';
import type { Correspondent, Recipients } from '../../sync/state.rules.js';

/** The server's own rule (replies/recipients.rules.ts): one address, nothing that could start another. */
const EMAIL = /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]{1,255}$/;
/** Of To and Cc together; the server takes a hundred of each. */
export const MOST = 100;

/** `Anna <anna@x.test>, bob@x.test` as people, and what of it is no address. */
export function readAddresses(text: string): { people: Correspondent[]; bad: string[] } {
  const people: Correspondent[] = [];
  const bad: string[] = [];
  for (const part of text.split(/[,;\n]/)) {
    const entry = part.trim();
    if (!entry) continue;
    const [, name, inBrackets] = /^(.*)<([^<>]*)>$/.exec(entry) ?? [];
    const address = (inBrackets ?? entry).trim();
    if (EMAIL.test(address)) people.push({ address, name: name?.replaceAll('"', '').trim() || null });
    else bad.push(entry);
  }
  return { people, bad };
}

const lower = (one: Correspondent) => one.address.toLowerCase();

/** Each address once, and nobody twice in To and Cc: who is in To has it already. */
export function joined({ to, cc }: Recipients): Recipients {
  const seen = new Set<string>();
  const once = (list: Correspondent[]) => list.filter((one) => !seen.has(lower(one)) && Boolean(seen.add(lower(one))));
  return { to: once(to), cc: once(cc) };
}

export interface Warning {
  /** Nobody who gets it is the customer: their promise keeps running. */
  withoutCustomer: boolean;
  /** See this conversation for the first time. */
  strangers: Correspondent[];
}

export function warningOf({ to, cc }: Recipients, usual: ReplyRecipientsView): Warning {
  const all = [...to, ...cc];
  return {
    withoutCustomer: all.length > 0 && !all.some((one) => usual.customer.includes(lower(one))),
    strangers: all.filter((one) => !usual.known.includes(lower(one))),
  };
}

/** What is really another choice than the usual one; the same people again are none. */
export const differs = (chosen: Recipients, usual: Recipients): boolean =>
  keyOf(chosen.to) !== keyOf(usual.to) || keyOf(chosen.cc) !== keyOf(usual.cc);

const keyOf = (list: Correspondent[]) => list.map(lower).join('\n');

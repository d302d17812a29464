import type { ArrivedMessage } from '#contracts';
import { cleanText, newId, truncate, withoutOverrides } from '#kernel';
import { type KnownPoint, type Picture, pointKey } from './picture.rules.js';

/** The sender's contact point and customer, made when they are new; a name given later names the nameless. */
export function knowSender(arrival: ArrivedMessage, picture: Picture): KnownPoint {
  const { from } = arrival;
  // a chat visitor's own word is good enough for a name to show, never for a match
  const name = personName(from.name) ?? personName(arrival.claimed?.name ?? null);
  const key = pointKey(from);
  const known = picture.points.get(key);
  if (known) {
    const customer = picture.customers.get(known.customerId);
    if (customer && !customer.named && name) rename(customer.id, name, picture);
    return known;
  }
  const customer = { id: newId(), displayName: name ?? personName(from.display) ?? from.address, named: name !== null };
  const point: KnownPoint = { id: newId(), ownCustomerId: customer.id, customerId: customer.id };
  picture.customers.set(customer.id, customer);
  picture.points.set(key, point);
  picture.changes.customers.push(customer);
  picture.changes.points.push({
    kind: from.kind,
    scope: from.scope,
    address: from.address,
    id: point.id,
    customerId: customer.id,
    display: personName(from.display) ?? from.address,
    name,
    verified: from.kind === 'email' ? arrival.mail?.authentication === 'pass' : from.kind !== 'webchat',
    claimed: arrival.claimed ?? null,
  });
  return point;
}

function rename(customerId: string, name: string, picture: Picture): void {
  const customer = picture.customers.get(customerId)!;
  customer.displayName = name;
  customer.named = true;
  const fresh = picture.changes.customers.some((made) => made.id === customerId);
  if (!fresh) picture.changes.renamed.set(customerId, name);
  for (const conversation of picture.byCustomer.get(customerId) ?? []) conversation.customerName = name;
}

/** A name for people: one line, no bidi tricks, at most 200 graphemes. */
export function personName(name: string | null): string | null {
  const text = truncate(
    withoutOverrides(cleanText(name ?? ''))
      .replace(/\s+/g, ' ')
      .trim(),
    200,
  );
  return text === '' ? null : text;
}

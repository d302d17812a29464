import type { ContactPoint } from '#contracts';
import { invalid } from '#kernel';

const EMAIL = /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]+\.?[^\s@<>(),;:"\\]+$/;
const PHONE = /^\+[1-9]\d{4,14}$/;

/** What an agent typed as a contact point, normalised for equality. @throws DomainError invalid_address */
export function readAddress(kind: 'email' | 'phone' | 'sms', typed: string): ContactPoint & { display: string } {
  const display = typed.trim();
  if (kind === 'email') {
    if (EMAIL.test(display)) return { kind: 'email', scope: '', address: display.toLowerCase(), display };
    throw invalid('invalid_address', `"${display.slice(0, 80)}" is no email address; use one like name@example.com.`);
  }
  const address = display.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  if (PHONE.test(address)) return { kind: 'phone', scope: '', address, display: address };
  throw invalid(
    'invalid_address',
    `"${display.slice(0, 80)}" is no phone number; use one with its country like +306912345678.`,
  );
}

import { ROLES, type PersonView, type Role } from '#contracts';
import { conflict, forbidden, invalid } from '#kernel';

/** As much of the asking identity as these rules need. */
export interface Asker {
  personId: string;
  role: Role;
}

/** What somebody wants to change; undefined: leave as it is. */
export interface PersonChange {
  email?: string;
  name?: string;
  role?: Role;
  teamIds?: string[];
  language?: string;
  timeZone?: string;
  phone?: string | null;
  active?: boolean;
  password?: string;
}

/** What everybody may change about themselves; the rest is for managers and administrators. */
const OWN_FIELDS: readonly (keyof PersonChange)[] = ['name', 'language', 'timeZone', 'phone', 'password'];

export const isManager = (role: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf('manager');

/** @throws DomainError forbidden: administrators are made by administrators only */
export function checkMayGrant(asker: Asker, role: Role): void {
  if (!isManager(asker.role)) throw forbidden('Only managers and administrators add people. Ask one of them.');
  if (role === 'admin' && asker.role !== 'admin') {
    throw forbidden(`Only an administrator makes administrators; you are ${asker.role}. Ask an administrator.`);
  }
}

/** @throws DomainError forbidden, saying who may */
export function checkMayChange(asker: Asker, target: PersonView, change: PersonChange): void {
  const fields = (Object.keys(change) as (keyof PersonChange)[]).filter((field) => change[field] !== undefined);
  const own = asker.personId === target.id;
  if (!isManager(asker.role)) {
    const foreign = fields.filter((field) => !own || !OWN_FIELDS.includes(field));
    if (foreign.length === 0 && own) return;
    throw forbidden(
      `You may change your own ${OWN_FIELDS.join(', ')}; ${own ? foreign.join(', ') : 'other people'} only managers and administrators may.`,
    );
  }
  if (target.role === 'admin' && asker.role !== 'admin') {
    throw forbidden('Only administrators change administrators. Ask one of them.');
  }
  if (change.role !== undefined && change.role !== target.role) checkMayGrant(asker, change.role);
}

/** @throws DomainError last_admin: somebody has to be left who can manage people */
export function checkAdminRemains(target: PersonView, change: PersonChange, otherActiveAdmins: number): void {
  if (target.role !== 'admin' || !target.active || otherActiveAdmins > 0) return;
  const leaves = (change.role !== undefined && change.role !== 'admin') || change.active === false;
  if (leaves) {
    throw conflict(
      'last_admin',
      `${target.name} is the last active administrator. Make somebody else administrator first.`,
    );
  }
}

/** A password, role or activity change voids what was signed in before (security.md G1). */
export function voidsCredentials(target: PersonView, change: PersonChange): boolean {
  return (
    change.password !== undefined ||
    (change.role !== undefined && change.role !== target.role) ||
    (change.active === false && target.active)
  );
}

/** Phone numbers of colleagues are for managers; everybody sees names, addresses of work and teams. */
export function shownTo(asker: Asker, person: PersonView): PersonView {
  return isManager(asker.role) || asker.personId === person.id ? person : { ...person, phone: null };
}

export const MIN_PASSWORD = 8;
/** A longer one would only cost us time. */
export const MAX_PASSWORD = 256;

/** @throws DomainError weak_password */
export function checkPassword(password: string, email: string): void {
  if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD) {
    throw invalid(
      'weak_password',
      `The password has ${password.length} characters; use ${MIN_PASSWORD} to ${MAX_PASSWORD}.`,
    );
  }
  if (password.toLowerCase() === email) {
    throw invalid('weak_password', 'The password is the email address. Choose something that nobody can look up.');
  }
}

/** @throws DomainError unknown_time_zone */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw invalid(
      'unknown_time_zone',
      `"${timeZone.slice(0, 60)}" is no time zone; use an IANA name, for example Europe/Athens.`,
    );
  }
}

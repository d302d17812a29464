import { isOutdated } from './statements.js';

/** Postgres classes that pass by themselves: connection, resources, shutdown, deadlock, serialisation, lock, time-out. */
const TRANSIENT_SQLSTATE = /^(08|53|57P|40001|40P01|55P03|57014|25P03)/;
const TRANSIENT_SYSTEM =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
const TRANSIENT_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|server closed the connection|Client has encountered a connection error|not queryable|Driver not Connected|Connection ended unexpectedly/i;

/** True when the same work may succeed later without anybody changing anything: stop, back off, count no attempt. */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (isOutdated(error)) return true;
  if (typeof code === 'string' && (TRANSIENT_SQLSTATE.test(code) || TRANSIENT_SYSTEM.test(code))) return true;
  return typeof message === 'string' && TRANSIENT_WORDS.test(message);
}

/** The connection is gone, and perhaps the server with it. */
export function isLoss(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && (/^(08|57P0|25P03)/.test(code) || TRANSIENT_SYSTEM.test(code))) return true;
  return typeof message === 'string' && TRANSIENT_WORDS.test(message);
}

/** The unique constraint that was violated, or null. Stores translate it into a DomainError. */
export function violatedConstraint(error: unknown): string | null {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' ? constraint : null;
}

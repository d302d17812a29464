/**
 * What an API token may be narrowed to. `read`: everything its owner sees, changing nothing. `messages`: hand in messages
 * of a custom channel. `conversations`: read and answer. `manage`: everything its owner may. None: like `manage`.
 */
export const SCOPES = ['read', 'messages', 'conversations', 'manage'] as const;
export type Scope = (typeof SCOPES)[number];

const CONVERSATION_PATHS = /^\/api\/v1\/(conversations|messages|customers|attachments|counts|changes)(\/|$)/;
const CUSTOM_MESSAGES = /^\/api\/v1\/channels\/[^/]+\/messages\/?$/;

/** @param path of the matched route, parameters by name (`:id`, `*`) */
export function scopesAllow(scopes: readonly string[], method: string, path: string): boolean {
  if (scopes.length === 0 || scopes.includes('manage')) return true;
  const reads = method === 'GET' || method === 'HEAD';
  if (scopes.includes('read') && reads) return true;
  if (scopes.includes('conversations') && CONVERSATION_PATHS.test(path)) return true;
  return scopes.includes('messages') && method === 'POST' && CUSTOM_MESSAGES.test(path);
}

/** A narrowed token makes none that may do more than itself. */
export function mayIssue(own: readonly string[], wanted: readonly string[]): boolean {
  if (own.length === 0 || own.includes('manage')) return true;
  return wanted.length > 0 && wanted.every((scope) => own.includes(scope));
}

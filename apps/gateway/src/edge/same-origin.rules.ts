/** As much of a request as the check needs; header names in lower case. */
export interface OriginFacts {
  method: string;
  /** Of the route that was matched. */
  path: string;
  host: string | undefined;
  origin: string | undefined;
  referer: string | undefined;
  fetchSite: string | undefined;
  hasBearer: boolean;
  hasSession: boolean;
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a browser may have been led here by another site (CSRF, security.md G3). A bearer token is never sent by a
 * browser on its own; a cookie is, so that a change with one has to show that our own page asked for it. Signing in
 * from elsewhere is refused as well, where the browser says so.
 * @param publicOrigin of PUBLIC_URL
 */
export function comesFromElsewhere(request: OriginFacts, publicOrigin: string): boolean {
  if (SAFE.includes(request.method) || request.hasBearer || !request.path.startsWith('/api/')) return false;
  if (request.fetchSite !== undefined) return !['same-origin', 'none'].includes(request.fetchSite);
  if (request.origin !== undefined) return !isOurs(request.origin, request.host, publicOrigin);
  if (!request.hasSession) return false;
  return request.referer === undefined || !isOurs(request.referer, request.host, publicOrigin);
}

/** PUBLIC_URL, or the very host that was called: a foreign page can change neither. */
function isOurs(address: string, host: string | undefined, publicOrigin: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.origin === publicOrigin || (host !== undefined && url.host === host.toLowerCase());
}

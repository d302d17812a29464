import type { Problem } from '#contracts';
import { ProblemError } from './problem.js';
import { learnServerTime } from '../sync/ticker.js';

const BASE = '/api/v1';

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Lets the request outlive the page: a held reply is released when the tab closes. */
  keepalive?: boolean;
}

const lostSession = new Set<() => void>();
/** Tells the page that the session ended elsewhere (signed out, revoked, expired). */
export function onLostSession(listener: () => void): () => void {
  lostSession.add(listener);
  return () => lostSession.delete(listener);
}

export const queryString = (query: Query = {}): string => {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
};

async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const isForm = options.body instanceof FormData;
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(options.body && !isForm ? { 'content-type': 'application/json' } : {}) },
  };
  if (options.body) init.body = isForm ? (options.body as FormData) : JSON.stringify(options.body);
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}${queryString(options.query)}`, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError(0, 'offline', '');
  }
  learnServerTime(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response, path);
  const text = await response.text();
  return (text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined) as T;
}

async function problemOf(response: Response, path: string): Promise<ProblemError> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  if (response.status === 401 && path !== '/session') for (const listener of lostSession) listener();
  return new ProblemError(
    response.status,
    body.code ?? `http_${response.status}`,
    body.detail ?? body.title ?? '',
    body,
  );
}

export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    request<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, body?: unknown, options?: Options) =>
    request<T>('POST', path, { ...options, body: body ?? {} }),
  put: <T>(path: string, body: unknown) => request<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, { body }),
  delete: <T>(path: string) => request<T>('DELETE', path),
};

import { createHash } from 'node:crypto';
import { parse } from 'node:querystring';
import twilio from 'twilio';
import { sameSecret } from '#kernel';
import { baseUrl } from '../config.rules.js';
import type { ChannelAccount, RawRequest } from '../connector.js';
import { malformed, unauthenticated } from '../connector.js';

export type Form = Record<string, string | string[] | undefined>;

/** A request is read three times (signature, key, message) and decoded once. */
const forms = new WeakMap<RawRequest, Form>();

/** Flat and complete, as Twilio signs it: repeated and unknown parameters too, brackets are part of a name. */
export function formOf(request: RawRequest): Form {
  let form = forms.get(request);
  if (!form) forms.set(request, (form = decode(request)));
  return form;
}

function decode(request: RawRequest): Form {
  const parsed = parse(request.rawBody.toString('utf8'), '&', '=', { maxKeys: 0 });
  const form = Object.create(null) as Form; // a parameter may have any name, `__proto__` too
  // Arrays of our own: Twilio's check asks `instanceof Array`, which Node's core need not satisfy everywhere.
  for (const name of Object.keys(parsed)) {
    const value = parsed[name];
    form[name] = Array.isArray(value) ? [...value] : value;
  }
  return form;
}

export function one(form: Form, name: string): string {
  const value = form[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** Twilio posts a few kilobytes; checking megabytes of anybody's would cost seconds. */
const MAX_BODY_BYTES = 1_000_000;

/** @throws ChannelError unauthenticated, malformed when it is too big to be Twilio's */
export function verifyTwilio(request: RawRequest, channel: ChannelAccount): void {
  if (request.rawBody.length > MAX_BODY_BYTES) throw malformed('This body is too large to be Twilio’s.');
  const header = request.headers['x-twilio-signature'];
  if (typeof header !== 'string' || !/^[A-Za-z0-9+/]{27}=$/.test(header)) throw unauthenticated();
  const url = signedUrl(request, channel);
  const tokens = channel.secrets.map((set) => set['authToken']).filter((token) => token !== undefined && token !== '');
  const params = signedParams(request, url);
  if (params === null || !tokens.some((token) => matches(token!, header, url, params))) throw unauthenticated();
}

/** The URL as Twilio called it: from our configuration, never from Host; the fragment is not part of it. */
function signedUrl(request: RawRequest, channel: ChannelAccount): string {
  return `${baseUrl(channel.config, request.publicUrl)}${request.originalUrl}`.split('#')[0]!;
}

/** A JSON body is covered by its hash in the signed URL, a form by the signature itself. Null: the hash is wrong. */
function signedParams(request: RawRequest, url: string): Form | null {
  const query = url.indexOf('?');
  const stated = query < 0 ? undefined : parse(url.slice(query + 1), '&', '=', { maxKeys: 0 })['bodySHA256'];
  if (stated === undefined) return formOf(request);
  const actual = createHash('sha256').update(request.rawBody).digest('hex');
  return typeof stated === 'string' && sameSecret(stated, actual) ? {} : null;
}

/** First the URL as we know it, which is what Twilio signed nearly always; then as the SDK allows, with and without port. */
function matches(token: string, header: string, url: string, params: Form): boolean {
  try {
    if (sameSecret(twilio.getExpectedTwilioSignature(token, url, params), header)) return true;
    return twilio.validateRequest(token, header, url, params);
  } catch {
    return false; // an URL that cannot be read is nobody's
  }
}

import { type Answer, type Call, HttpEnd } from './http-end.js';

interface KeptMessage {
  ts: string;
  text: unknown;
  blocks: unknown;
  metadata: unknown;
}

/** A Slack workspace with one channel, for the official client (`SLACK_API_URL = end.url + '/api'`). */
export class SlackEnd extends HttpEnd {
  readonly kept: KeptMessage[] = [];
  /** Slack's own error for a method, for example {'chat.postMessage': 'channel_not_found'}. */
  readonly errors: Record<string, string> = {};

  constructor() {
    super((call) => this.answer(call));
  }

  get apiUrl(): string {
    return `${this.url}/api`;
  }

  of(method: string): Call[] {
    return this.calls.filter((call) => call.path.endsWith(`/${method}`));
  }

  /** Posts that Slack took. */
  posts(): Call[] {
    return this.of('chat.postMessage').filter((call) => (call.answer as { ok?: boolean } | null)?.ok);
  }

  updates(): Call[] {
    return this.of('chat.update').filter((call) => (call.answer as { ok?: boolean } | null)?.ok);
  }

  private answer(call: Call): Answer {
    const method = call.path.split('/').pop() ?? '';
    const error = this.errors[method];
    if (error) return { json: { ok: false, error } };
    const { args } = call;
    switch (method) {
      case 'chat.postMessage': {
        const ts = `${(call.at / 1000).toFixed(3)}${String(this.kept.length % 1000).padStart(3, '0')}`;
        const message = { ts, text: args['text'], blocks: args['blocks'], metadata: args['metadata'] };
        this.kept.push(message);
        return { json: { ok: true, channel: 'C0BREACHES', ts, message } };
      }
      case 'chat.update': {
        const message = this.kept.find((one) => one.ts === args['ts']);
        if (!message) return { json: { ok: false, error: 'message_not_found' } };
        Object.assign(message, { text: args['text'], blocks: args['blocks'] });
        return { json: { ok: true, channel: args['channel'], ts: args['ts'] } };
      }
      case 'conversations.history': {
        const skip = Number(args['cursor'] || 0);
        const limit = Number(args['limit'] ?? 100);
        const found = this.kept.filter((one) => Number(one.ts) >= Number(args['oldest'] ?? 0)).reverse();
        const next = found.length > skip + limit ? String(skip + limit) : '';
        const messages = found.slice(skip, skip + limit);
        return { json: { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } } };
      }
      case 'conversations.list':
        return { json: { ok: true, channels: [{ id: 'C0BREACHES', name: 'breaches' }], response_metadata: {} } };
      default:
        return { json: { ok: true } };
    }
  }
}

/** Everything readable in a call, as one text. */
export function slackWords(call: Call): string {
  return JSON.stringify([call.args['text'], call.args['blocks']]);
}

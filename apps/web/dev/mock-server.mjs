// A small stand-in for the server, in memory: `node apps/web/dev/mock-server.mjs` and open http://127.0.0.1:3100.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Server } from 'socket.io';
import * as data from './data.mjs';
import { policies, destinations, parked, deliveries, report, waits } from './admin-data.mjs';

const PORT = Number(process.env.PORT ?? 3100);
const WEB = process.env.WEB ?? new URL("../../../dist/web/", import.meta.url).pathname;
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; frame-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const state = {
  signedIn: process.env.MOCK_SIGNED_OUT ? false : true,
  needsAdmin: Boolean(process.env.MOCK_NEEDS_ADMIN),
  log: [],
  drafts: {},
  tokens: [{ id: 'tk1', name: 'Importer', createdAt: new Date(Date.now() - 9e8).toISOString(), lastUsedAt: null }],
};
const me = data.people[0];
const find = (id) => data.conversations.find((c) => c.id === id);
const page = (items) => ({ items, nextCursor: null });

const http = createServer(async (req, res) => {
  const url = new URL(req.url, 'http://x');
  if (!url.pathname.startsWith('/api/v1')) return file(url.pathname, res);
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  let body = {};
  try {
    body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
  } catch {
    /* a form */
  }
  const path = url.pathname.slice(7);
  try {
    const answer = route(req.method, path, url.searchParams, body);
    res.writeHead(answer === undefined ? 204 : 200, { 'content-type': 'application/json' });
    res.end(answer === undefined ? '' : JSON.stringify(answer));
  } catch (problem) {
    const status = problem.status ?? 500;
    if (status === 500) console.error(problem);
    res.writeHead(status, { 'content-type': 'application/problem+json' });
    res.end(
      JSON.stringify({
        type: 'about:blank',
        title: 'Refused',
        status,
        code: problem.code ?? 'error',
        detail: problem.detail ?? String(problem),
        ...problem.extra,
      }),
    );
  }
});
const io = new Server(http);
const agents = io.of('/agents');
const refuse = (status, code, detail, extra = {}) => {
  throw { status, code, detail, extra };
};

export function emit(type, conversationId, payload, seq = null, version = null) {
  const change = {
    id: `e-${state.log.length + 1}`,
    type,
    conversationId,
    seq,
    version,
    occurredAt: new Date().toISOString(),
    payload,
  };
  state.log.push(change);
  agents.emit('event', change);
}
const facts = (c) => ({
  conversationId: c.id,
  customer: c.customer,
  status: c.status,
  priority: c.priority,
  tags: c.tags,
  subject: c.subject,
  lastSeq: c.seq,
  audience: { channelIds: c.channelIds, channelTeamIds: [], teamId: c.teamId, assigneeId: c.assigneeId },
});

function add(c, line) {
  const m = data.message(c.id, c.seq + 1, { at: 0, c: c.replyChannelId, ...line }, c.channelIds, c.customer.id);
  data.messages.get(c.id).push(m);
  c.seq += 1;
  c.version += 1;
  if (m.kind !== 'note' && m.kind !== 'system') {
    c.preview = m.text.slice(0, 140);
    c.lastMessageAt = m.at;
  }
  return m;
}
export function receive(id, text) {
  const c = find(id);
  const m = add(c, { text });
  emit(
    'message.received',
    id,
    {
      conversation: facts(c),
      messageId: m.id,
      messageSeq: m.seq,
      channelId: m.channelId,
      channelKind: m.channelKind,
      preview: c.preview,
      receivedAt: m.at,
      openedAt: m.at,
    },
    m.seq,
    c.version,
  );
}

function route(method, path, query, body) {
  const [root, id, sub, subId] = path.split('/').filter(Boolean).map(decodeURIComponent);
  const key = `${method} /${root}${sub ? `/*/${sub}` : id ? '/*' : ''}${subId ? '/*' : ''}`;
  if (root === 'setup') {
    if (method === 'POST') {
      state.signedIn = true;
      state.needsAdmin = false;
      return { person: me };
    }
    return { needsAdmin: state.needsAdmin, needsCode: true };
  }
  if (root === 'session') {
    if (method === 'POST') {
      if (body.password === 'wrong') refuse(401, 'invalid_credentials', 'No.');
      state.signedIn = true;
    }
    if (method === 'DELETE') {
      state.signedIn = false;
      return undefined;
    }
    return state.signedIn ? { person: me } : refuse(401, 'unauthenticated', 'Sign in.');
  }
  if (!state.signedIn) refuse(401, 'unauthenticated', 'Sign in.');
  switch (key) {
    case 'GET /people':
      return page(data.people);
    case 'POST /people': {
      const p = { id: `p-${Date.now()}`, language: 'en', timeZone: 'UTC', active: true, ...body };
      data.people.push(p);
      return p;
    }
    case 'PATCH /people/*':
      return Object.assign(
        data.people.find((p) => p.id === id),
        body,
      );
    case 'GET /teams':
      return page(data.teams);
    case 'POST /teams': {
      const t = { id: `t-${Date.now()}`, ...body };
      data.teams.push(t);
      return t;
    }
    case 'PATCH /teams/*':
      return Object.assign(
        data.teams.find((t) => t.id === id),
        body,
      );
    case 'GET /channels':
      return page(process.env.MOCK_EMPTY ? [] : data.channels);
    case 'POST /channels': {
      const c = {
        id: `c-${Date.now()}`,
        state: 'waiting',
        stateReason: null,
        address: body.config?.address ?? body.config?.phoneNumber ?? '',
        webhooks:
          body.kind === 'sms'
            ? [{ purpose: 'messages', method: 'POST', url: 'https://support.shop.example/webhooks/sms/c-9' }]
            : [],
        lastReceivedAt: null,
        createdAt: new Date().toISOString(),
        websiteToken: body.kind === 'webchat' ? 'wt_new' : undefined,
        ...body,
      };
      data.channels.push(c);
      return c;
    }
    case 'PATCH /channels/*':
      return Object.assign(
        data.channels.find((c) => c.id === id),
        body,
      );
    case 'GET /counts': {
      const open = data.conversations.filter((c) => c.status === 'open');
      return {
        inbox: open.length,
        mine: open.filter((c) => c.assigneeId === me.id).length,
        unassigned: open.filter((c) => !c.assigneeId).length,
        late: open.filter((c) => c.due && Date.parse(c.due.dueAt) < Date.now()).length,
      };
    }
    case 'GET /conversations':
      return list(query);
    case 'GET /conversations/*':
      return find(id) ?? refuse(404, 'conversation_not_found', 'There is no such conversation.');
    case 'GET /conversations/*/messages': {
      const after = Number(query.get('afterSeq') ?? 0);
      return page(
        data.messages
          .get(id)
          .filter((m) => m.seq > after)
          .slice(0, Number(query.get('limit') ?? 50)),
      );
    }
    case 'GET /conversations/*/draft':
      return state.drafts[id] ?? { text: '', kind: 'reply' };
    case 'PUT /conversations/*/draft':
      state.drafts[id] = body;
      return body;
    case 'PATCH /conversations/*': {
      const c = find(id);
      if (body.status === 'resolved' && c.due && !body.reason) refuse(409, 'customer_waits', 'A customer waits.');
      const from = c.status;
      const { reason, ...fields } = body;
      Object.assign(c, fields);
      if (body.status === 'resolved') c.due = null;
      const type = body.status
        ? 'status_changed'
        : 'assigneeId' in body || 'teamId' in body
          ? 'assigned'
          : body.priority
            ? 'priority_changed'
            : 'tags_changed';
      const to =
        type === 'assigned'
          ? { assigneeId: c.assigneeId, teamId: c.teamId }
          : (body.status ?? body.priority ?? body.tags);
      add(c, {
        k: 'system',
        system: {
          event: `conversation.${type}`,
          data: { to, reason, snoozedUntil: c.snoozedUntil, by: { kind: 'person', id: me.id } },
        },
      });
      emit(
        `conversation.${type}`,
        id,
        { conversation: facts(c), from, to, reason, snoozedUntil: c.snoozedUntil },
        null,
        c.version,
      );
      return c;
    }
    case 'POST /conversations/*/replies': {
      const c = find(id);
      const newer = data.messages
        .get(id)
        .filter((m) => m.seq > body.seenSeq && (m.kind === 'inbound' || m.kind === 'reply'));
      if (newer.length && !body.confirm) refuse(409, 'newer_messages', 'Somebody wrote.', { newer });
      const m = add(c, {
        k: 'reply',
        text: body.text,
        c: body.channelId,
        clientId: body.clientId,
        delivery: { state: 'queued', reason: null, providerId: null },
      });
      c.due = null;
      emit(
        'message.replied',
        id,
        {
          conversation: facts(c),
          messageId: m.id,
          messageSeq: m.seq,
          channelId: m.channelId,
          channelKind: m.channelKind,
          preview: c.preview,
          at: m.at,
          authorId: me.id,
          clientId: m.clientId,
        },
        m.seq,
        c.version,
      );
      emit('wait.answered', id, { due: null });
      setTimeout(() => {
        m.delivery = { state: 'delivered', reason: null, providerId: 'z' };
        emit('delivery.changed', id, { messageId: m.id, to: 'delivered', reason: null, providerId: 'z' });
      }, 900);
      return m;
    }
    case 'POST /conversations/*/notes': {
      const c = find(id);
      const m = add(c, { k: 'note', text: body.text, clientId: body.clientId });
      emit('message.noted', id, { conversation: facts(c), messageId: m.id, messageSeq: m.seq }, m.seq, c.version);
      return m;
    }
    case 'GET /customers':
      return page(
        data.customers.filter((c) =>
          JSON.stringify(c)
            .toLowerCase()
            .includes((query.get('q') ?? '').toLowerCase()),
        ),
      );
    case 'GET /customers/*':
      return data.customers.find((c) => c.id === id) ?? refuse(404, 'customer_not_found', 'None.');
    case 'PATCH /customers/*':
      return Object.assign(
        data.customers.find((c) => c.id === id),
        body,
      );
    case 'POST /customers/*/addresses': {
      const c = data.customers.find((x) => x.id === id);
      c.addresses.push({ id: String(Date.now()), channelId: null, verified: false, shared: false, ...body });
      return c;
    }
    case 'POST /customers/*/merge':
      data.customers.find((x) => x.id === body.intoId).mergedIds.push(id);
      return data.customers.find((x) => x.id === body.intoId);
    case 'POST /customers/*/unmerge':
      for (const c of data.customers) c.mergedIds = c.mergedIds.filter((x) => x !== id);
      return data.customers.find((x) => x.id === id);
    case 'POST /attachments':
      return {
        id: `f${Date.now()}`,
        name: 'picked.pdf',
        contentType: 'application/pdf',
        size: 1200,
        url: '/api/v1/attachments/x',
      };
    case 'GET /deliveries':
      return page(query.get('message') ? [{ ...deliveries[0], messageId: query.get('message') }] : deliveries);
    case 'POST /deliveries/*/retry':
      return deliveries[0];
    case 'GET /parked':
      return page(parked);
    case 'POST /parked/*/replay':
      parked.shift();
      return {};
    case 'GET /tokens':
      return page(state.tokens);
    case 'POST /tokens': {
      const t = { id: `tk${Date.now()}`, name: body.name, createdAt: new Date().toISOString(), lastUsedAt: null };
      state.tokens.push(t);
      return { ...t, token: 'kairos_8f1d2c3b4a5968778695a4b3c2d1e0f9' };
    }
    case 'DELETE /tokens/*':
      state.tokens = state.tokens.filter((t) => t.id !== id);
      return undefined;
    case 'GET /sla/*':
      return id === 'policies' ? page(policies) : page(waits(query));
    case 'POST /sla/*': {
      const p = { id: `po${Date.now()}`, version: 1, ...body };
      policies.push(p);
      return p;
    }
    case 'PUT /sla/*/' + sub:
      return Object.assign(
        policies.find((p) => p.id === sub),
        body,
        { version: policies.find((p) => p.id === sub).version + 1 },
      );
    case 'GET /alerts/*':
      return page(destinations);
    case 'POST /alerts/*': {
      const d = { id: `d${Date.now()}`, state: 'live', stateReason: null, ...body };
      destinations.push(d);
      return d;
    }
    case 'POST /alerts/*/' + sub + '/*':
      return { ok: true, answer: 'ok, posted to #support-alerts' };
    case 'GET /reports/*':
      return report(query);
    default:
      return refuse(404, 'not_found', `Mock has no ${key}`);
  }
}

function list(query) {
  let items = process.env.MOCK_EMPTY ? [] : [...data.conversations];
  const is = (name, test) => {
    const v = query.get(name);
    if (v) items = items.filter((c) => test(c, v));
  };
  is('status', (c, v) => c.status === v);
  is('assignee', (c, v) => (v === 'none' ? !c.assigneeId : c.assigneeId === (v === 'me' ? me.id : v)));
  is('team', (c, v) => c.teamId === v);
  is('channel', (c, v) => c.channelKinds.includes(v) || c.channelIds.includes(v));
  is('tag', (c, v) => c.tags.includes(v));
  is('customer', (c, v) => c.customer.id === v);
  is('q', (c, v) => JSON.stringify([c.subject, c.preview, c.customer]).toLowerCase().includes(v.toLowerCase()));
  const due = (c) => (c.due ? Date.parse(c.due.dueAt) : Infinity);
  if (query.get('sort') === 'newest') items.sort((a, b) => b.lastMessageAt.localeCompare(a.lastMessageAt));
  else items.sort((a, b) => due(a) - due(b) || a.lastMessageAt.localeCompare(b.lastMessageAt));
  const limit = Number(query.get('limit') ?? 50);
  const from = Number(query.get('cursor') ?? 0);
  return {
    items: items.slice(from, from + limit),
    nextCursor: from + limit < items.length ? String(from + limit) : null,
  };
}

agents.on('connection', (socket) => {
  socket.on('sync', ({ cursor }, ack) =>
    cursor === ''
      ? ack({ items: [], cursor: String(state.log.length), resync: true })
      : ack({ items: state.log.slice(Number(cursor)), cursor: String(state.log.length) }),
  );
  socket.on('watch', ({ conversationId }, ack) => {
    ack?.({ ok: true });
    if (conversationId === 'k-3')
      socket.emit('presence', { conversationId, viewing: ['p-nikos'], typing: ['p-nikos'] });
  });
  socket.on('mock', (name, ...args) => ({ receive })[name]?.(...args));
});

async function file(path, res) {
  const name = extname(path) ? path : '/index.html';
  try {
    const bytes = await readFile(join(WEB, name));
    res.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': CSP,
    });
    res.end(bytes);
  } catch {
    res.writeHead(404).end();
  }
}
http.listen(PORT, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${PORT}`));

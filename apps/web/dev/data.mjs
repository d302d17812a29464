// Believable data in five languages for the mock server: people, channels, customers, conversations.
const MIN = 60_000;
const now = Date.now();
const ago = (minutes) => new Date(now - minutes * MIN).toISOString();
const hence = (minutes) => new Date(now + minutes * MIN).toISOString();

export const people = [
  {
    id: 'p-mara',
    email: 'mara@shop.example',
    name: 'Mara Ionescu',
    role: 'admin',
    teamIds: ['t-1'],
    language: '',
    timeZone: 'Europe/Athens',
    active: true,
  },
  {
    id: 'p-nikos',
    email: 'nikos@shop.example',
    name: 'Νίκος Αντωνίου',
    role: 'agent',
    teamIds: ['t-1'],
    language: 'el',
    timeZone: 'Europe/Athens',
    active: true,
  },
  {
    id: 'p-kata',
    email: 'kata@shop.example',
    name: 'Szabó Katalin',
    role: 'lead',
    teamIds: ['t-2'],
    language: 'hu',
    timeZone: 'Europe/Budapest',
    active: true,
  },
];
export const teams = [
  { id: 't-1', name: 'Orders', memberIds: ['p-mara', 'p-nikos'] },
  { id: 't-2', name: 'Billing', memberIds: ['p-kata'] },
];
const hook = (purpose, kind, id) => ({
  purpose,
  method: 'POST',
  url: `https://support.shop.example/webhooks/${kind}/${id}`,
});
export const channels = [
  {
    id: 'c-mail',
    kind: 'email',
    name: 'Support mailbox',
    config: { address: 'hello@shop.example', inbound: 'smtp' },
    address: 'hello@shop.example',
    state: 'live',
    stateReason: null,
    teamIds: [],
    webhooks: [],
    lastReceivedAt: ago(3),
    createdAt: ago(9000),
  },
  {
    id: 'c-sms',
    kind: 'sms',
    name: 'Shop number',
    config: { phoneNumber: '+302101234567', accountSid: 'AC00' },
    address: '+302101234567',
    state: 'live',
    stateReason: null,
    teamIds: [],
    webhooks: [hook('messages', 'sms', 'c-sms'), hook('statuses', 'sms', 'c-sms/status')],
    lastReceivedAt: ago(18),
    createdAt: ago(9000),
  },
  {
    id: 'c-fb',
    kind: 'messenger',
    name: 'Facebook page',
    config: { pageId: '10422' },
    address: '10422',
    state: 'failing',
    stateReason: 'The page access token has expired. Create a new one and save it here.',
    teamIds: ['t-1'],
    webhooks: [hook('messages', 'messenger', 'c-fb')],
    lastReceivedAt: ago(600),
    createdAt: ago(9000),
  },
  {
    id: 'c-chat',
    kind: 'webchat',
    name: 'Website chat',
    config: { allowedOrigins: ['https://shop.example'] },
    address: '',
    state: 'waiting',
    stateReason: null,
    teamIds: [],
    webhooks: [],
    websiteToken: 'wt_8h2k4',
    lastReceivedAt: null,
    createdAt: ago(9000),
  },
];
const customer = (id, displayName, language, ...addresses) => ({
  id,
  displayName,
  language,
  timeZone: null,
  notes: '',
  tags: [],
  createdAt: ago(20000),
  mergedIntoId: null,
  mergedIds: [],
  addresses: addresses.map((address, i) => ({
    id: `${id}-a${i}`,
    kind: address.includes('@') ? 'email' : 'phone',
    channelId: null,
    address,
    verified: i === 0,
    shared: address.startsWith('info@'),
  })),
});
export const customers = [
  customer('u-1', 'Ελένη Παπαδάκη', 'el', 'eleni.papadaki@mail.gr', '+306941234567'),
  customer('u-2', '+40 722 123 456', 'ro', '+40722123456'),
  customer('u-3', 'Kovács János', 'hu', 'kovacs.janos@posta.hu'),
  customer('u-4', 'مریم احمدی', 'fa', '+989121234567', 'maryam@example.ir'),
  customer('u-5', 'Oliver Bennett', 'en', 'oliver@bennett.example', 'info@bennett.example'),
  customer(
    'u-6',
    'Maximilian Theodor Konstantin von und zu Hohenstauffen-Wittelsbach der Jüngere',
    'en',
    'max@long.example',
  ),
  customer('u-7', 'Ștefan Dumitrescu', 'ro', 'stefan@firma.ro'),
];
customers[0].notes = 'Prefers a call after 17:00. Second order this month arrived damaged.';
customers[0].timeZone = 'Europe/Athens';
customers[4].mergedIds = ['u-7'];

export const conversations = [];
export const messages = new Map();
let nextMessage = 1;

export function conversation(id, u, channelIds, subject, due, extra, lines) {
  const kinds = [...new Set(channelIds.map((c) => channels.find((x) => x.id === c)?.kind))];
  const list = lines.map((line, i) => message(id, i + 1, line, channelIds, u));
  messages.set(id, list);
  const last = list.findLast((m) => m.kind === 'inbound' || m.kind === 'reply');
  const view = {
    id,
    subject,
    status: 'open',
    customer: { id: u, displayName: customers.find((c) => c.id === u).displayName },
    channelKinds: kinds,
    channelIds,
    assigneeId: null,
    teamId: null,
    priority: 'normal',
    tags: [],
    seq: list.length,
    version: list.length,
    preview: last.text.slice(0, 140),
    replyChannelId: channelIds.at(-1),
    lastMessageAt: last.at,
    createdAt: list[0].at,
    snoozedUntil: null,
    links: [],
    mergedIntoId: null,
    due:
      due === null
        ? null
        : {
            waitId: `w-${id}`,
            kind: due.kind ?? 'first_response',
            openedAt: ago(due.opened),
            dueAt: hence(due.in),
            breachedAt: due.in < 0 ? hence(due.in) : null,
          },
    ...extra,
  };
  conversations.push(view);
  return view;
}

export function message(conversationId, seq, line, channelIds, u) {
  const { k = 'inbound', at = 5, text = '', c = channelIds[0], ...rest } = line;
  const channel = channels.find((x) => x.id === c);
  const who = customers.find((x) => x.id === u);
  return {
    id: `m-${nextMessage++}`,
    conversationId,
    seq,
    kind: k,
    automatic: false,
    channelId: k === 'system' || k === 'note' ? null : c,
    channelKind: k === 'system' || k === 'note' ? null : (channel?.kind ?? null),
    from: k === 'inbound' ? { address: who.addresses[0].address, name: who.displayName } : { address: '', name: null },
    authorId: k === 'inbound' ? null : 'p-mara',
    to: [],
    cc: [],
    subject: null,
    text,
    html: null,
    attachments: [],
    at: ago(at),
    receivedAt: ago(at),
    externalId: null,
    clientId: null,
    delivery: k === 'reply' ? { state: 'delivered', reason: null, providerId: 'x' } : null,
    rawUrl: k === 'inbound' && channel?.kind === 'email' ? '/api/v1/raw/1' : null,
    authentication: null,
    system: null,
    parseProblem: null,
    ...rest,
  };
}

const HTML =
  '<div style="font-family:Arial;color:#333"><table width="100%"><tr><td style="background:#0b3d91;color:#fff;padding:16px;font-size:20px">Order 48213</td></tr><tr><td><p>Hello, my parcel says <b>delivered</b>, yet nothing is here. See the photo.</p><img data-remote-src="https://cdn.example/x.png"><p>Kind regards<br>Oliver</p><blockquote><p>On Monday the shop wrote: your parcel is on its way.</p></blockquote></td></tr></table></div>';
conversation(
  'k-1',
  'u-1',
  ['c-mail', 'c-sms'],
  'Παράδοση στην Πάτρα',
  { in: -12, opened: 1452 },
  { assigneeId: 'p-mara', priority: 'high', tags: ['παράδοση', 'vip', 'refund', 'fragile'] },
  [
    {
      at: 2900,
      text: 'Καλησπέρα, η παραγγελία #48213 δεν έχει έρθει ακόμα. Πότε θα παραδοθεί στην Πάτρα;\n\nΕυχαριστώ,\nΕλένη',
    },
    {
      k: 'system',
      at: 2890,
      system: {
        event: 'conversation.assigned',
        data: { to: { assigneeId: 'p-mara', teamId: null }, by: { kind: 'person', id: 'p-mara' } },
      },
    },
    {
      k: 'system',
      at: 2890,
      system: {
        event: 'conversation.priority_changed',
        data: { from: 'normal', to: 'high', by: { kind: 'person', id: 'p-mara' } },
      },
    },
    {
      k: 'reply',
      at: 2880,
      text: 'Καλησπέρα σας κυρία Παπαδάκη,\n\nτο δέμα σας έφυγε σήμερα και φτάνει την Τρίτη.\n\nΜε εκτίμηση,\nΜάρα',
    },
    { k: 'note', at: 2870, text: 'Courier confirmed Tuesday by phone. If it slips again we refund the shipping.' },
    { at: 1452, c: 'c-sms', text: 'Είναι Τρίτη βράδυ και δεν ήρθε τίποτα 😕 Τι γίνεται;' },
    {
      k: 'reply',
      at: 1400,
      c: 'c-sms',
      text: 'Λυπούμαστε! Το ελέγχουμε τώρα.',
      delivery: {
        state: 'failed',
        reason: 'The phone is unreachable (30003). Nothing was delivered.',
        providerId: 'SM1',
      },
    },
    {
      at: 40,
      text: 'Θα ήθελα μια απάντηση σήμερα, παρακαλώ.\n\nΣτις Δευ 16 Νοε 2026 στις 10:02 π.μ., η Shop <hello@shop.example> έγραψε:\n> το δέμα σας έφυγε σήμερα\n> και φτάνει την Τρίτη.',
      attachments: [
        {
          id: 'f1',
          name: 'απόδειξη παραγγελίας.pdf',
          contentType: 'application/pdf',
          size: 84213,
          url: '/api/v1/attachments/f1',
        },
      ],
    },
  ],
);
conversation('k-2', 'u-2', ['c-sms'], null, { in: 6, opened: 114 }, { tags: ['colet'] }, [
  { at: 114, text: 'Bună ziua, unde este coletul meu? AWB 2210-48' },
]);
conversation(
  'k-3',
  'u-5',
  ['c-mail'],
  'Parcel marked delivered, nothing here',
  { in: 190, opened: 1250 },
  { assigneeId: 'p-nikos' },
  [
    { at: 1250, text: 'Hello, my parcel says delivered', html: HTML, rawUrl: '/api/v1/raw/2' },
    { at: 1200, text: 'Any news?', automatic: false },
  ],
);
conversation('k-4', 'u-4', ['c-fb'], null, { in: 75, opened: 165 }, { priority: 'urgent' }, [
  {
    at: 165,
    text: 'سلام، سفارش (#48213) من با گوشی Galaxy S24 هنوز نرسیده. شماره‌ام +98 21 1234 5678 است، لطفاً بین 09:00–17:00 زنگ بزنید. ۹۳٪ مبلغ را پرداخت کرده‌ام و می‌خواهم بدانم کی می‌رسد؟',
  },
  {
    k: 'reply',
    at: 100,
    text: 'سلام خانم احمدی، همین حالا پیگیری می‌کنیم.',
    delivery: { state: 'read', reason: null, providerId: 'm' },
  },
  { at: 90, text: 'ممنون 🙏' },
]);
conversation(
  'k-5',
  'u-3',
  ['c-mail'],
  'Számla javítása a 2026/1182 rendeléshez',
  { in: 1300, opened: 140 },
  { teamId: 't-2', assigneeId: 'p-kata', tags: ['számla'] },
  [
    {
      at: 140,
      text: 'Tisztelt Ügyfélszolgálat!\n\nKérem, javítsák a számlán az adószámot. Köszönöm szépen.\n\nKovács János',
    },
  ],
);
conversation('k-6', 'u-6', ['c-chat'], null, { in: 22, opened: 98 }, {}, [{ at: 98, text: '👍👍' }]);
conversation('k-7', 'u-7', ['c-mail'], 'Ofertă pentru 40 de bucăți', null, { assigneeId: 'p-mara' }, [
  { at: 300, text: 'Bună ziua, am dori o ofertă pentru 40 de bucăți.' },
  {
    k: 'reply',
    at: 200,
    text: 'Bună ziua, oferta este atașată.',
    delivery: { state: 'sent', reason: null, providerId: 'y' },
  },
]);
conversation('k-8', 'u-5', ['c-mail'], 'Invoice for October', null, { status: 'resolved' }, [
  { at: 9000, text: 'Please send the invoice.' },
  { k: 'reply', at: 8900, text: 'Attached.' },
]);
conversation(
  'k-9',
  'u-7',
  ['c-mail'],
  'Schimb de mărime',
  { in: 900, opened: 500 },
  { status: 'snoozed', snoozedUntil: hence(1100) },
  [{ at: 500, text: 'Aș dori mărimea 42.' }],
);

const extra = Number(process.env.MOCK_ROWS ?? 24);
for (let i = 0; i < extra; i += 1) {
  const u = customers[i % customers.length].id;
  const channel = ['c-mail', 'c-sms', 'c-fb', 'c-chat'][i % 4];
  const texts = [
    'Where is my parcel?',
    'Πότε ανοίγετε το Σάββατο;',
    'Când primesc banii înapoi?',
    'Mikor szállítják ki?',
    'آیا این مدل موجود است؟',
  ];
  conversation(
    `x-${i}`,
    u,
    [channel],
    channel === 'c-mail' ? `Order ${50000 + i}` : null,
    i % 5 === 4 ? null : { in: 30 + i * 65, opened: 60 + i * 11 },
    { assigneeId: [null, 'p-mara', 'p-nikos', 'p-kata'][i % 4] },
    [{ at: 60 + i * 11, text: texts[i % 5] }],
  );
}
const long = [];
for (let i = 0; i < 400; i += 1)
  long.push(
    i % 2
      ? { k: 'reply', at: 4000 - i * 9, text: `Answer ${i}` }
      : { at: 4000 - i * 9, text: `Question ${i}: ${'words '.repeat(i % 30)}` },
  );
conversation('k-long', 'u-3', ['c-chat'], 'Thread of 400', { in: 2000, opened: 60 }, {}, long);
conversation('k-words', 'u-5', ['c-mail'], 'A mail of 5,000 words', { in: 2100, opened: 60 }, {}, [
  { at: 61, text: 'All the words I have, one after the other. '.repeat(560) },
]);

// A week of a small tea and pottery shop, invented from end to end. `ago` is minutes before now.
// by: email | sms | messenger | webchat | form (a custom channel). then: what the shop did about it.
const c = (by, ago, from, name, text, then = []) => ({ by, ago, from, name, text: [text].flat(), then });
const reply = (who, text) => ({ reply: text, who });
const note = (who, text) => ({ note: text, who });
const mail = (subject, ...rest) => ({ ...c('email', 0, ...rest), subject });

export const people = [
  { email: 'mara@leaf.example', name: 'Mara Ionescu', role: 'lead', language: 'ro' },
  { email: 'nikos@leaf.example', name: 'Νίκος Αντωνίου', role: 'agent', language: 'el' },
  { email: 'reka@leaf.example', name: 'Szabó Réka', role: 'agent', language: 'hu' },
  { email: 'daria@leaf.example', name: 'داریا رستمی', role: 'agent', language: 'fa' },
  { email: 'tom@leaf.example', name: 'Tom Archer', role: 'manager', language: 'en' },
];

export const week = [
  c(
    'messenger',
    262,
    '7710001',
    'Κατερίνα Δήμου',
    ['Καλημέρα, στέλνετε και στην Κρήτη;', 'Θα ήθελα δύο φλιτζάνια από τη μπλε σειρά.'],
    [{ assign: 'nikos' }],
  ),
  // One person on two channels: she writes an email, gives her number, and goes on by text message.
  mail(
    'Πού βρίσκεται το δέμα 48213;',
    'eleni.p@post.example',
    'Ελένη Παπαδάκη',
    'Γεια σας, η παραγγελία 48213 δεν έχει φτάσει ακόμη και την Πέμπτη φεύγω ταξίδι. Μπορείτε να δείτε πού βρίσκεται; Το κινητό μου είναι 694 100 0001.\n\nΕλένη',
    [
      { assign: 'nikos' },
      { tags: ['delivery'], who: 'nikos' },
      { phone: '+306941000001', who: 'nikos' },
      { about: { language: 'el', timeZone: 'Europe/Athens', notes: 'Τακτική πελάτισσα. Προτιμά SMS.' }, who: 'nikos' },
      note('nikos', 'Μίλησα με τον μεταφορέα: το δέμα είναι στην Πάτρα, παράδοση αύριο 10:00–12:00.'),
      reply(
        'nikos',
        'Γεια σας, Ελένη! Το δέμα σας είναι ήδη στην Πάτρα και παραδίδεται αύριο, 10:00 με 12:00. Αν κάτι αλλάξει, θα σας στείλουμε μήνυμα στο κινητό.\n\nΝίκος',
      ),
    ],
  ),
  c('sms', 0, '+306941000001', null, [
    'Ευχαριστώ πολύ! Αύριο είμαι στο σπίτι μόνο μέχρι τις 11.',
    'Μπορεί να περάσει ο οδηγός λίγο νωρίτερα;',
  ]),
  c('messenger', 251, '7710002', 'Kovács János', 'Sérülten érkezett a teáskanna. Mit tegyek?', [
    { tags: ['damaged'] },
    { priority: 'high' },
  ]),
  c('messenger', 206, '7710003', 'Andreea Popescu', 'Bună ziua! Mai aveți ceaiul de tei la 250 g?', []),
  c('messenger', 197, '7710004', 'مریم احمدی', 'سلام، آیا به تهران هم ارسال دارید؟ سفارش ۴۸۳۰۱ را می‌خواهم.', [
    { assign: 'daria' },
  ]),
  c('messenger', 160, '7710005', 'Giorgos Vlachos', 'Is the blue cup coming back in stock?', [{ assign: 'nikos' }]),
  c('messenger', 95, '7710006', 'Ștefan Dumitru', 'Pot schimba adresa de livrare pentru comanda 48277?', []),
  c('messenger', 40, '7710007', 'Őri Katalin', 'Köszönöm a gyors választ a múltkor! Van ajándékcsomag is?', []),
  c('messenger', 300, '7710008', 'Hannah Wells', 'Do you ship to Ireland?', [
    reply('mara', 'We do, three to five days. The cost shows at the till.'),
    { resolve: true },
  ]),
  c('form', 228, 'form-2041', 'Dora Marin', 'My voucher LEAF20 is refused at the till.', [{ tags: ['voucher'] }]),
  c('form', 190, 'form-2042', 'Πέτρος Λαζάρου', 'Θέλω τιμολόγιο για την παραγγελία 48190, γίνεται;', [
    note('nikos', 'Ask the accountant, she sends invoices on Tuesdays.'),
    { assign: 'nikos' },
  ]),
  c('form', 120, 'form-2043', 'Nagy Ádám', 'Céges ajándékhoz 40 doboz teát szeretnénk, mikorra tudják?', [
    { priority: 'high' },
    { tags: ['wholesale'] },
    { assign: 'reka' },
  ]),
  c('form', 75, 'form-2044', 'Lucy Pierce', 'Can I collect my order on Saturday morning?', []),
  c('form', 600, 'form-2045', 'Ioana Radu', 'Îmi puteți trimite un duplicat al facturii?', [
    reply('mara', 'Sigur, factura e în acest mesaj. O zi frumoasă!'),
    { resolve: true },
  ]),
  c('sms', 0, '+36201000002', null, 'Nem jött meg a csomag, pedig tegnapra ígérték', [
    reply('reka', 'Elnézést kérünk! A futár ma 17 óráig kiszállítja.'),
  ]),
  c('sms', 0, '+40721000003', null, 'Va rog sunati-ma cand puteti', [{ assign: 'mara' }]),
  c('sms', 0, '+989121000004', null, 'کد تخفیف کار نمی‌کند، لطفاً کمک کنید', []),
  c('sms', 0, '+447700900005', null, '👍🎉', []),
  c('sms', 0, '+306941000006', null, 'Ευχαριστώ πολύ, το πήρα!', [
    reply('nikos', 'Να το χαίρεστε!'),
    { resolve: true },
  ]),
  mail(
    'Price list for cafés',
    'accounts@brew.example',
    'Brew & Bloom Ltd',
    'Hello,\n\nplease send us the price list for cafés. We would like about 12 kg a month, mostly breakfast blend and mountain tea.\n\nKind regards\nOwen Pratt',
    [
      { assign: 'tom' },
      { tags: ['wholesale'] },
      reply(
        'tom',
        'Hello Owen,\n\nthe list is attached to your account now. For 12 kg a month you are in the second tier, so 18 % off.\n\nTom',
      ),
    ],
  ),
  mail(
    '48255: kimaradt a citromfű',
    'zsofi.t@levelezo.example',
    'Tóth Zsófia',
    'Kedves Ügyfélszolgálat!\n\nA 48255-ös rendelésből kimaradt a citromfű. Kérem, pótolják.\n\nÜdvözlettel\nTóth Zsófia',
    [note('reka', 'Raktárban van, holnap megy a következő csomaggal.'), { tags: ['missing item'] }],
  ),
  mail(
    'Retur ceainic',
    'radu.m@posta.example',
    'Radu Munteanu',
    'Bună ziua,\n\naș dori să returnez ceainicul primit săptămâna trecută. Care sunt pașii?\n\nMulțumesc,\nRadu',
    [
      reply(
        'mara',
        'Bună ziua, Radu,\n\neticheta de retur e pe drum. Lăsați pachetul la orice punct de ridicare.\n\nMara',
      ),
      { resolve: true },
    ],
  ),
  mail(
    'فنجان ترک‌خورده، سفارش ۴۸۲۹۹',
    'sara.k@nameh.example',
    'سارا کریمی',
    'با سلام،\n\nفنجان Blue Hill که با سفارش ۴۸۲۹۹ رسید ترک دارد (عکس را می‌فرستم). لطفاً تعویض کنید. شماره تماس: +98 21 1234 5678، ساعت 09:00–17:00.\n\nسپاس',
    [{ assign: 'daria' }, { priority: 'high' }, { tags: ['damaged'] }],
  ),
  mail(
    'Neighbourhood fair in May',
    'julia@workshop.example',
    'Julia Brandt',
    'Hi, could you be a sponsor of our neighbourhood fair in May?',
    [{ snooze: 60 * 24 * 3 }],
  ),
  c(
    'webchat',
    0,
    'visitor-1',
    'Cleo Park',
    ['Hello, which tea has no caffeine?', 'For my mother, she likes it strong'],
    [],
  ),
  c('webchat', 0, 'visitor-2', 'Iulia', 'Cât costă transportul la Cluj?', [
    reply('mara', 'Bună! 19 lei, gratuit peste 250 de lei.'),
  ]),
];

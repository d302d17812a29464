import type { PolicyLevel, Role } from '#contracts';
import { type Person, resolveRecipients, type Situation } from './recipients.rules.js';

const person = (id: string, role: Role, more: Partial<Person> = {}): Person => ({
  id,
  email: `${id}@shop.test`,
  name: id,
  role,
  teamIds: [],
  language: 'en',
  timeZone: 'UTC',
  phone: null,
  ...more,
});
const everybody = [
  person('ann', 'agent', { teamIds: ['blue'] }),
  person('bob', 'agent'),
  person('lia', 'lead', { teamIds: ['blue'] }),
  person('leo', 'lead'),
  person('mia', 'manager', { phone: '+40711111111' }),
  person('adi', 'admin'),
];
const situation = (more: Partial<Situation> = {}, people = everybody): Situation => ({
  directory: { people, teams: [{ id: 'blue', name: 'Blue', memberIds: ['bob'] }], smsChannelId: 'sms' },
  destinations: [
    { id: 's1', kind: 'slack', config: { channel: '#a' } },
    { id: 's2', kind: 'slack', config: { channel: '#b' } },
    { id: 'w1', kind: 'webhook', config: { url: 'https://x.test' } },
  ],
  mail: true,
  ...more,
});
const told = (to: PolicyLevel['to'], level: number, more: object = {}, where = situation()) => {
  const answer = resolveRecipients({ to, level, assigneeId: null, teamId: null, ...more }, where);
  return { ...answer, recipients: answer.recipients.map((one) => `${one.kind}:${one.target}`) };
};

describe('who is told', () => {
  it('the first level is a nudge in the app', () => {
    expect(told('assignee', 1, { assigneeId: 'ann' }).recipients).toEqual(['in_app:ann']);
  });

  it('a later level to the assignee is also written', () => {
    expect(told('assignee', 2, { assigneeId: 'ann' }).recipients).toEqual(['in_app:ann', 'email:ann@shop.test']);
  });

  it('nobody owns it: the team; without a team: everybody', () => {
    expect(told('assignee', 1, { teamId: 'blue' }).recipients).toEqual(['in_app:ann', 'in_app:bob', 'in_app:lia']);
    expect(told('team', 1).recipients).toHaveLength(6);
  });

  it('slack is every Slack destination; a destination is that one', () => {
    expect(told('slack', 2).recipients).toEqual(['slack:s1', 'slack:s2']);
    expect(told({ destinationId: 'w1' }, 2).recipients).toEqual(['webhook:w1']);
  });

  it('the lead of the team, else all leads, else managers', () => {
    expect(told('lead', 3, { teamId: 'blue' }).recipients).toEqual(['in_app:lia', 'email:lia@shop.test']);
    expect(told('lead', 3).recipients).toHaveLength(4);
    const flat = everybody.filter((one) => one.role !== 'lead');
    expect(told('lead', 3, {}, situation({}, flat)).recipients).toContain('email:mia@shop.test');
  });

  it('managers by mail, and by text when a number and a channel are there; without managers administrators', () => {
    expect(told('manager', 4).recipients).toEqual(['in_app:mia', 'email:mia@shop.test', 'sms:+40711111111']);
    expect(told('manager', 4, {}, situation({ mail: false })).recipients).toEqual(['in_app:mia', 'sms:+40711111111']);
    const small = [person('adi', 'admin')];
    expect(told('manager', 4, {}, situation({}, small)).recipients).toEqual(['in_app:adi', 'email:adi@shop.test']);
  });

  it('no Slack anywhere: the next level hears it, with the reason', () => {
    const answer = told('slack', 2, {}, situation({ destinations: [] }));
    expect(answer.recipients).toContain('email:lia@shop.test');
    expect(answer.why).toContain('slack');
  });

  it('the chain of the event decides who is next', () => {
    const answer = told({ destinationId: 'gone' }, 2, { next: ['manager'] });
    expect(answer.recipients).toContain('sms:+40711111111');
  });

  it('nobody at all: no recipient, and the reason says so', () => {
    const answer = told('slack', 2, {}, situation({ destinations: [] }, []));
    expect(answer).toEqual({ recipients: [], why: 'Nobody could be told as "slack", nor at any later level' });
  });
});

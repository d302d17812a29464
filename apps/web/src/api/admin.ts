import type {
  AuditView,
  ChannelKind,
  ChannelView,
  DestinationView,
  OutboundDeliveryView,
  Page,
  ParkedView,
  PersonView,
  PolicyView,
  Role,
  SlaReportView,
  TeamView,
  TokenView,
  WaitView,
} from '#contracts';
import { http } from './http.js';
import type { Query } from './http.js';

/** The first administrator; language and zone are the browser's, so that the first page speaks and counts right. */
export interface NewAdmin {
  email: string;
  name: string;
  password: string;
  code?: string;
  language: string;
  timeZone: string;
}

export interface NewChannel {
  kind: ChannelKind;
  name: string;
  config: Record<string, unknown>;
  secrets: Record<string, string>;
  teamIds: string[];
}

export interface NewPerson {
  email: string;
  name: string;
  role: Role;
  password?: string;
  teamIds: string[];
}

export type PolicyBody = Omit<PolicyView, 'id' | 'version'>;

export interface NewDestination {
  kind: DestinationView['kind'];
  name: string;
  config: DestinationView['config'];
  secrets: { botToken?: string };
}

const ALL = { limit: 200 };
const path = (base: string, id: string, rest = '') => `${base}/${encodeURIComponent(id)}${rest}`;

export const sessionApi = {
  current: () => http.get<{ person: PersonView }>('/session'),
  signIn: (email: string, password: string) => http.post<{ person: PersonView }>('/session', { email, password }),
  signOut: () => http.delete<unknown>('/session'),
  setup: () => http.get<{ needsAdmin: boolean; needsCode: boolean }>('/setup'),
  createAdmin: (body: NewAdmin) => http.post<{ person: PersonView }>('/setup', body),
};

export const peopleApi = {
  list: () => http.get<Page<PersonView>>('/people', ALL),
  create: (body: NewPerson) => http.post<PersonView>('/people', body),
  change: (
    id: string,
    body: Partial<NewPerson> &
      Partial<Pick<PersonView, 'language' | 'timeZone' | 'phone' | 'active'>> & { currentPassword?: string },
  ) => http.patch<PersonView>(path('/people', id), body),
  teams: () => http.get<Page<TeamView>>('/teams', ALL),
  createTeam: (body: { name: string; memberIds: string[] }) => http.post<TeamView>('/teams', body),
  changeTeam: (id: string, body: { name?: string; memberIds?: string[] }) =>
    http.patch<TeamView>(path('/teams', id), body),
};

export const channelsApi = {
  list: () => http.get<Page<ChannelView>>('/channels', ALL),
  create: (body: NewChannel) => http.post<ChannelView>('/channels', body),
  change: (id: string, body: Partial<NewChannel>) => http.patch<ChannelView>(path('/channels', id), body),
  remove: (id: string) => http.delete<unknown>(path('/channels', id)),
};

export const slaApi = {
  policies: () => http.get<Page<PolicyView>>('/sla/policies', ALL),
  createPolicy: (body: PolicyBody) => http.post<PolicyView>('/sla/policies', body),
  savePolicy: (id: string, body: PolicyBody) => http.put<PolicyView>(path('/sla/policies', id), body),
  removePolicy: (id: string) => http.delete<unknown>(path('/sla/policies', id)),
  waits: (query: Query) => http.get<Page<WaitView>>('/sla/waits', query),
  report: (query: Query) => http.get<SlaReportView>('/reports/sla', query),
};

export const alertsApi = {
  list: () => http.get<Page<DestinationView>>('/alerts/destinations', ALL),
  create: (body: NewDestination) => http.post<DestinationView>('/alerts/destinations', body),
  change: (id: string, body: Omit<NewDestination, 'kind'>) =>
    http.patch<DestinationView>(path('/alerts/destinations', id), body),
  remove: (id: string) => http.delete<unknown>(path('/alerts/destinations', id)),
  test: (id: string) => http.post<Record<string, unknown>>(path('/alerts/destinations', id, '/test')),
};

export const tokensApi = {
  list: () => http.get<Page<TokenView>>('/tokens', ALL),
  create: (name: string) => http.post<{ id: string; token: string }>('/tokens', { name }),
  remove: (id: string) => http.delete<unknown>(path('/tokens', id)),
};

export const auditApi = {
  list: (query: Query) => http.get<Page<AuditView>>('/audit', query),
};

export const operationsApi = {
  parked: () => http.get<Page<ParkedView>>('/parked', ALL),
  replay: (id: string) => http.post<unknown>(path('/parked', id, '/replay')),
  deliveries: (state: string) => http.get<Page<OutboundDeliveryView>>('/deliveries', { state, ...ALL }),
  retry: (id: string) => http.post<OutboundDeliveryView>(path('/deliveries', id, '/retry')),
};

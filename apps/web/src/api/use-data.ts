import { useQuery } from '@tanstack/react-query';
import type { ChannelView, PersonView, TeamView } from '#contracts';
import { channelsApi, peopleApi } from './admin.js';
import { inboxApi } from './inbox.js';

/** Directories change rarely and are told by events; every page shares one copy. */
const SLOW = { staleTime: 60_000 };
const NO_PEOPLE: PersonView[] = [];
const NO_TEAMS: TeamView[] = [];
const NO_CHANNELS: ChannelView[] = [];

export const usePeople = (): PersonView[] =>
  useQuery({ queryKey: ['people'], queryFn: peopleApi.list, ...SLOW }).data?.items ?? NO_PEOPLE;

export const useTeams = (): TeamView[] =>
  useQuery({ queryKey: ['teams'], queryFn: peopleApi.teams, ...SLOW }).data?.items ?? NO_TEAMS;

export const useChannels = (): ChannelView[] =>
  useQuery({ queryKey: ['channels'], queryFn: channelsApi.list, ...SLOW }).data?.items ?? NO_CHANNELS;

export const useCounts = () => useQuery({ queryKey: ['counts'], queryFn: inboxApi.counts, staleTime: 5_000 }).data;

export const useCustomer = (id: string | undefined) =>
  useQuery({
    queryKey: ['customer', id],
    queryFn: () => inboxApi.customer(id!),
    enabled: id !== undefined,
    staleTime: 10_000,
  });

export function usePerson(id: string | null | undefined): PersonView | undefined {
  return usePeople().find((person) => person.id === id);
}

/** A customer's latest conversations; looked at again whenever somebody asks. */
export const useConversationsOf = (customerId: string) =>
  useQuery({
    queryKey: ['earlier', customerId],
    queryFn: () => inboxApi.conversations({ customer: customerId, sort: 'newest', limit: 20 }),
  }).data;

import { channelEgress, type ConfigError, readConfig } from './config.js';

const env = (over: Record<string, string>) => ({ KAIROS_SECRET: 's', ...over });
const faults = (over: Record<string, string>): string[] => {
  try {
    readConfig(env(over));
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
};

describe('settings of the environment', () => {
  it('names every fault at once', () => {
    expect(
      faults({
        PORT: 'x',
        TRUST_PROXY: 'yes',
        EGRESS_ALLOW: 'erp.lan, http://x',
        KAFKA_TOPIC_PREFIX: 'a b',
        LOG_LEVEL: 'loud',
      })
        .map((fault) => fault.split(/[=: ]/)[0])
        .sort(),
    ).toEqual(['EGRESS_ALLOW', 'KAFKA_TOPIC_PREFIX', 'LOG_LEVEL', 'PORT', 'TRUST_PROXY']);
  });

  it('trusts no proxy and opens no network unless told to', () => {
    expect(readConfig(env({}))).toMatchObject({ trustProxy: { hops: 0 }, egressAllow: [], kafkaTopicPrefix: '' });
  });

  it.each([
    [{}, true],
    [{ HOST: '0.0.0.0' }, false],
    [{ PUBLIC_URL: 'https://help.shop.example' }, false],
    [{ HOST: '::1', PUBLIC_URL: 'http://localhost:3000' }, true],
    [{ HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' }, false],
  ])('channels may call programs on this machine with %j: %s', (over, may) =>
    expect(channelEgress(readConfig(env(over as Record<string, string>))).ownMachine).toBe(may),
  );
});

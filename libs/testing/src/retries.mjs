// Stories with a browser, a broker or a database share a machine with whatever else runs there: each may be told once
// more, loudly. Rules have to hold the first time.
import { expect, jest } from '@jest/globals';

if (/(^|\/)e2e\/|\.(kafka|browser|db)\.spec\.ts$/.test(expect.getState().testPath ?? '')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
}

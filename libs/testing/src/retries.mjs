// Stories with a browser or a broker share a machine with whatever else runs there: each may be told once more, loudly.
// Everything else has to hold the first time.
import { expect, jest } from '@jest/globals';

if (/(^|\/)e2e\/|\.(kafka|browser)\.spec\.ts$/.test(expect.getState().testPath ?? '')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
}

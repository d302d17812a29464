import { AppContext } from '#platform';

/** What every provider of inbox is built on: database, log, clock, blobs, config. */
export class InboxContext extends AppContext {}

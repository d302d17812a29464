import { AppContext } from '#platform';

/** The injection token of what notifier's providers need from below: database, log, clock, config, logger, metrics. */
export class NotifierContext extends AppContext {}

import { AppContext } from '#platform';

/** Injection token and everything this app needs from below; one such class per app, so that four share one container. */
export class SlaContext extends AppContext {}

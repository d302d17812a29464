import { AppContext } from '#platform';

/** What gateway's providers inject: its database, log, clock and configuration. */
export class GatewayContext extends AppContext {}

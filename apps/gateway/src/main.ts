import { serve } from '#platform';
import { gatewayApp } from './gateway.app.js';

/** gateway as a process of its own: the one that the world sees. The other apps are named by KAIROS_<APP>_URL. */
await serve(gatewayApp);

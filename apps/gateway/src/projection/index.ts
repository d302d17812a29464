export { gatewayMigrations } from '../migrations/index.js';
export { gatewayProjectionModule } from './projection.module.js';

import type { Migration } from '#database';

export const ingressMigrations: Migration[] = [];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever wrote in the same minute lies side by side, and in a backlog writes again in the same transaction: all rows of a
 * page get a new version at once. With half of each page free it finds room beside the old one, and no index hears of it.
 * Pages that are full already keep what they hold; whatever moves in is new.
 */
export class LeaveRoomForUpdates1766400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} set (fillfactor = 45)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} set (fillfactor = 80)`);
  }
}

const TABLES = ['conversations', 'waits'];

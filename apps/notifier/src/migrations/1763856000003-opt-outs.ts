import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPT_OUTS = `
  -- customers whose carrier lets nothing of this number through since they wrote STOP
  create table opt_outs (
    channel_id uuid not null,
    address text not null,
    since timestamptz not null,
    primary key (channel_id, address)
  );
  -- the address a mail came back from because nobody is there
  alter table deliveries add column dead_address text;
`;

/** Who cannot be reached where: known before sending, so that nothing is sent into the void. */
export class OptOuts1763856000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OPT_OUTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table opt_outs; alter table deliveries drop column dead_address');
  }
}

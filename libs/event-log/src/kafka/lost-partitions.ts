/** The group stands elsewhere on these partitions than this member believed: another member has them. */
export class LostPartitions extends Error {
  constructor(readonly partitions: number[]) {
    super(`another member of the group has moved on partition ${partitions.join(', ')}; nothing was changed here`);
  }
}

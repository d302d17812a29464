import { violatedConstraint } from '#database';
import { DomainError } from '#kernel';

/** @throws DomainError another_open where opening conversation `id` meets the one that is open already */
export async function orAnotherOpen<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) !== 'conversations_one_open') throw error;
    throw new DomainError(
      'another_open',
      'conflict',
      `The customer of conversation ${id} has another open conversation already. Work there, or merge this one into it.`,
      {},
      { cause: error },
    );
  }
}

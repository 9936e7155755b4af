import { InvalidContinuationToken } from '../../shared/ports/quarantine-store.ts';
import { Problem } from './problem.ts';

/** What the list answers; 400 for the token it was asked with when no list gave that one. @throws {Problem} */
export async function pageAfter<Answer>(
  token: string | undefined,
  list: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof InvalidContinuationToken)) throw error;
    const detail = `No list gave this token (given: ${JSON.stringify(token?.slice(0, 80))}).`;
    throw new Problem({
      status: 400,
      title: 'The request is not valid',
      detail: '1 field is not valid.',
      errors: [{ pointer: '/continuationToken', detail }],
    });
  }
}

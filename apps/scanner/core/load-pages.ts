import type { Answer, PageOf } from './adapter-client.ts';

/** Pages of a list of tasks: more than anybody does in a shift. */
export const MOST_PAGES = 10;

/** All that a list holds, one page after the other, as one page; or the first answer that is none. */
export async function loadPages<Row>(
  load: (after?: string) => Promise<Answer<PageOf<Row>>>,
): Promise<Answer<PageOf<Row>>> {
  const rows: Row[] = [];
  let after: string | undefined;
  for (let page = 1; ; page += 1) {
    const answer = await load(after);
    if (answer.kind !== 'answered') return answer;
    rows.push(...answer.body.rows);
    after = answer.body.next;
    if (after === undefined || page === MOST_PAGES) return { ...answer, body: { rows } };
  }
}

/** The anchors of a page's headings, as GitHub makes them: lower case, without punctuation, `-` for a space. */
export function anchorsOf(markdown: string): string[] {
  const outsideCode = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...outsideCode.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/**
 * What is wrong with the runbook that an alert names.
 *
 * @param link such as `docs/operations/alerts.md#backlog-old`
 * @param page text of a file, undefined when there is none
 */
export function runbookProblem(link: string, page: (file: string) => string | undefined): string | undefined {
  const [file = '', anchor = ''] = link.split('#');
  const text = page(file);
  if (text === undefined) return `there is no ${file}`;
  return anchorsOf(text).includes(anchor) ? undefined : `${file} has no heading ${anchor}`;
}

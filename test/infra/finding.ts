/** What is wrong with a file, and where. Lines count from 1. */
export type Finding = { readonly file: string; readonly line: number; readonly message: string };

/** `infra/main.bicep:12 …`, one a line, each once, in the order of the files. */
export function describeFindings(findings: readonly Finding[]): string[] {
  const sorted = findings.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  return [...new Set(sorted.map(({ file, line, message }) => `${file}:${line} ${message}`))];
}

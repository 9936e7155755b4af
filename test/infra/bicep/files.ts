import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from '../finding.ts';
import type { BicepDocument } from './document.ts';
import { parseBicep } from './parse.ts';
import { readDocument } from './read-document.ts';

/** The files that Bicep reads, by their path from the root of the repository. Each is read once. */
export type Files = {
  /** Undefined when there is no such file, or it does not parse. */
  document(file: string): BicepDocument | undefined;
  /** Undefined when there is no such file. */
  text(file: string): string | undefined;
  /** What of the files read so far does not parse. */
  findings(): readonly Finding[];
};

export function openFiles(root: string): Files {
  return filesOf((file) => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  });
}

/** @param read the text of a file, or undefined when there is none */
export function filesOf(read: (file: string) => string | undefined): Files {
  const documents = new Map<string, BicepDocument | undefined>();
  const findings: Finding[] = [];
  const open = (file: string) => {
    const text = read(file);
    if (text === undefined) return undefined;
    const parsed = parseBicep(file, text);
    findings.push(...parsed.findings);
    return parsed.root.hasError ? undefined : readDocument(file, parsed.root);
  };
  return {
    document: (file) => {
      if (!documents.has(file)) documents.set(file, open(file));
      return documents.get(file);
    },
    text: read,
    findings: () => findings,
  };
}

/** The path that a file names, from the root of the repository. */
export function pathFrom(file: string, path: string): string {
  return posix.normalize(posix.join(posix.dirname(file), path));
}

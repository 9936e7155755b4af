import { execFileSync } from 'node:child_process';

/** What is checked out, as `git describe` has it. */
export function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** Runs a program of the repository as npm does, with these settings and nothing of this process's own environment; answers how it ended. */
export function runProgram(
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--disable-warning=ExperimentalWarning', join(repository, program), ...args];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Runs `stockbridge rebuild`; `output` is all that it printed. */
export async function runRebuild(
  flags: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  const args = ['rebuild', ...flags];
  const { code, stdout, stderr } = await runProgram('apps/command-line/main.ts', args, settings);
  return { code, output: `${stdout}${stderr}` };
}

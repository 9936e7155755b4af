import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs';

/** A folder on a disk of its own that can be filled up. */
export type SmallDisk = {
  /** From now on nothing more fits: what is there stays, and a file that would grow fails with ENOSPC. */
  fill: () => void;
  /** There is room again. */
  free: () => void;
  /** Takes the disk away, with what is on it unless that is to be kept in the folder. */
  remove: (keep?: boolean) => void;
};

/** Disks are named by this and the process that mounted them. */
const NAME = 'stockbridge-chaos-';
/** As much as a campaign may write; it takes memory only as it is used. */
const SIZE = '4g';

/** Why disks cannot be filled here, or undefined when they can: it takes the right to mount a file system (root on Linux). */
export function whyNoDisks(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has tmpfs';
  if (process.getuid?.() !== 0) return 'mounting a small disk takes root';
  try {
    const namespace = ['--mount', '--propagation', 'private'];
    execFileSync('unshare', [...namespace, 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'mounting a small disk is not allowed here';
  }
}

/**
 * Mounts a disk in memory (tmpfs) on a folder, which is made where there is none. It is full when its size is set to what is in
 * use, so that filling it takes neither time nor memory.
 */
export function mountSmallDisk(folder: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, `${NAME}${process.pid}`, folder]);
  const resize = (size: string) => execFileSync('mount', ['-o', `remount,size=${size}`, folder]);
  return {
    fill() {
      // What is written meanwhile makes the size too small, which is refused: it is taken anew.
      for (let tries = 20; ; tries -= 1) {
        const { bsize, blocks, bfree } = statfsSync(folder);
        try {
          return void resize(String((blocks - bfree) * bsize));
        } catch (error) {
          if (tries === 0) throw error;
        }
      }
    },
    free: () => void resize(SIZE),
    remove(keep = false) {
      // Somebody else may have taken it away.
      if (!isMounted(folder)) return;
      const kept = `${folder}.kept`;
      if (keep) cpSync(folder, kept, { recursive: true });
      // Lazily: a process that still ends there does not keep it.
      execFileSync('umount', ['--lazy', folder]);
      if (!keep) return;
      rmSync(folder, { recursive: true });
      renameSync(kept, folder);
    },
  };
}

/**
 * Takes disks away that are left of processes which were killed: nobody else would, and each keeps its memory. Called before disks are
 * mounted.
 *
 * @returns the folders that they were mounted on
 */
export function removeAbandonedDisks(): string[] {
  const folders = abandonedDisks(mountTable(), (pid) => existsSync(`/proc/${pid}`));
  for (const folder of folders) execFileSync('umount', ['--lazy', folder]);
  return folders;
}

/** Folders of a table of mounts whose disks belong to processes that are gone. */
export function abandonedDisks(mounts: string, isAlive: (pid: string) => boolean): string[] {
  return disksOf(mounts).flatMap(({ pid, folder }) => (isAlive(pid) ? [] : [folder]));
}

/** The small disks in a table of mounts, and who mounted them. */
function disksOf(mounts: string): { pid: string; folder: string }[] {
  return mounts.split('\n').flatMap((line) => {
    const [name = '', path = ''] = line.split(' ');
    const pid = name.startsWith(NAME) ? name.slice(NAME.length) : '';
    if (!/^\d+$/.test(pid)) return [];
    // The table writes blanks and the like as octal numbers.
    const folder = path.replaceAll(/\\(\d{3})/g, (_all, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    return [{ pid, folder }];
  });
}

function isMounted(path: string): boolean {
  return disksOf(mountTable()).some(({ folder }) => folder === path);
}

function mountTable(): string {
  return readFileSync('/proc/self/mounts', 'utf8');
}

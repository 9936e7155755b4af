import { renameSync, rmSync } from 'node:fs';

/**
 * Puts a folder in the place of another, whoever else does so at the same moment: each goes in whole, and the last one stays.
 * @param {string} folder beside `place`, in the same file system; its name is nobody else's
 * @param {string} place may exist, or not
 */
export function takePlace(folder, place) {
  const before = `${folder}.before`;
  for (;;) {
    rmSync(before, { recursive: true, force: true });
    moveUnless(['ENOENT'], place, before);
    // Another has come in between: it goes out again.
    if (moveUnless(['ENOTEMPTY', 'EEXIST', 'EPERM'], folder, place)) break;
  }
  rmSync(before, { recursive: true, force: true });
}

/** Whether it was moved; false where it failed with one of the codes. */
function moveUnless(codes, from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
    return false;
  }
}
